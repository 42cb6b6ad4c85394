"""The contrast of every text on a page, computed from its computed colours.

axe calls a text *incomplete* where it is one sign long or lies partly under another element, which the largest texts
of a hall screen do. Here every text node counts: its colour against the backgrounds of its ancestors, down to the first
that is opaque. Source: WCAG 2.2, "relative luminance" and "contrast ratio".

It knows no picture, no gradient and nothing that is drawn over a text by another element: a background picture is an
error. Movements must have come to their end.
"""

from typing import NamedTuple

from playwright.sync_api import Page

MEASURE = """
() => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parsed = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return { rgb: [red, green, blue], alpha: alpha / 255 };
  };
  const over = (top, below) => top.rgb.map((value, place) => value * top.alpha + below[place] * (1 - top.alpha));
  const ancestors = (element) => (element === null ? [] : [element, ...ancestors(element.parentElement)]);
  const behind = (element) => {
    const layers = [];
    for (const one of ancestors(element)) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none") throw new Error(`a picture behind a text: ${one.className}`);
      layers.push(parsed(style.backgroundColor));
      if (layers.at(-1).alpha === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((left, right) => left - right);
    return (bright + 0.05) / (dark + 0.05);
  };
  const opacity = (element) => ancestors(element).reduce((product, one) => product * getComputedStyle(one).opacity, 1);
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && element.closest(".only-spoken") === null && element.getBoundingClientRect().width > 0;

  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim();
    if (text === "" || !isSeen(element)) continue;
    const own = parsed(getComputedStyle(element).color);
    const ground = behind(element);
    const colour = over({ rgb: own.rgb, alpha: own.alpha * opacity(element) }, ground);
    found.push([element.className, text, ratio(colour, ground)]);
  }
  return found;
}
"""


class Text(NamedTuple):
    """One text node as it is seen."""

    css_class: str
    """Of the element that it stands in."""
    text: str
    ratio: float
    """1 to 21."""


def texts_of(page: Page) -> list[Text]:
    """Every text that is seen, in the page's order."""
    return [Text(*one) for one in page.evaluate(MEASURE)]


def fainter_than(least: float, texts: list[Text]) -> list[Text]:
    """Those with less contrast."""
    return [one for one in texts if one.ratio < least]
