/* One citizen's way through the steps: what he chose, what came of it, and the way back. */

import { batch, computed, signal } from "../../lib/html.js";
import { language } from "../../lib/words.js";
import { availability, servicesOf } from "./line.js";
import { isWithoutPaper, paperOf } from "./paper.js";

const BACK = { service: "agency", confirm: "service", priority: "confirm", result: "agency" };

export function startVisits({ live, taker }) {
  const step = signal("agency");
  const agencyId = signal(null);
  const serviceId = signal(null);
  const category = signal("regular");
  const refusal = signal(null);
  const isTaking = signal(false);
  const ticket = signal(null);

  const agency = computed(() => live.view.value?.agencies.find((one) => one.id === agencyId.value) ?? null);
  const service = computed(() => live.view.value?.services.find((one) => one.id === serviceId.value) ?? null);
  const paperNews = computed(() => isWithoutPaper(paperOf(live.view.value, ticket.value)));
  /** What was chosen may be gone from the hall's configuration by now: then the visit is where it still makes sense. */
  const shownStep = computed(() => {
    const needsService = step.value === "confirm" || step.value === "priority";
    if (needsService && service.value === null) return "agency";
    return step.value === "service" && agency.value === null ? "agency" : step.value;
  });

  function leave() {
    batch(() => {
      step.value = "agency";
      agencyId.value = serviceId.value = refusal.value = ticket.value = null;
      category.value = "regular";
    });
  }

  function back() {
    if (isTaking.value || step.value === "agency") return;
    const before = step.value === "confirm" && isOnly(service.value) ? "agency" : BACK[step.value];
    if (before === "agency") return leave();
    batch(() => {
      refusal.value = null;
      if (before === "service") category.value = "regular";
      step.value = before;
    });
  }

  /** An agency with one service that can be had now has nothing to choose from. */
  function chooseAgency(id) {
    const [first] = servicesOf(live.view.value, id);
    batch(() => {
      taker.forgetCancelled();
      agencyId.value = id;
      step.value = "service";
      if (isOnly(first) && availability(first) === "open") chooseService(first.id);
    });
  }

  const isOnly = (one) => one != null && servicesOf(live.view.value, one.agency).length === 1;

  function chooseService(id) {
    batch(() => {
      serviceId.value = id;
      refusal.value = null;
      step.value = "confirm";
    });
  }

  function chooseCategory(chosen) {
    batch(() => {
      category.value = chosen;
      step.value = "confirm";
    });
  }

  async function take() {
    if (isTaking.value || taker.isPending.value) return;
    isTaking.value = true;
    refusal.value = null;
    const wish = { service: serviceId.value, category: category.value, language: language.value };
    const { ticket: taken = null, code = null } = await taker.take(wish);
    batch(() => {
      isTaking.value = false;
      ticket.value = taken;
      refusal.value = code;
      if (taken !== null) step.value = "result";
    });
  }

  return {
    step: shownStep,
    agency,
    service,
    category,
    refusal,
    isTaking,
    ticket,
    paperNews,
    leave,
    back,
    chooseAgency,
    chooseService,
    chooseCategory,
    askPriority: () => (step.value = "priority"),
    take,
  };
}
