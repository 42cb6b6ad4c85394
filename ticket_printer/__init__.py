"""The ticket printer's agent: takes jobs from the hub, puts them on paper, confirms."""
