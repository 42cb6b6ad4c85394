"""Measures our figures beside the floors of the machine they run on; never imported by the product."""
