"""Figures of pages as pictures that stand alone, for the articles."""

import re


def picture(html: str, title: str) -> str:
    """The figure whose title begins so, with the colors of a light page written out: nothing else is
    read to draw it."""
    svg = next(
        found[0] for found in re.finditer(r"<svg .*?</svg>", html, re.DOTALL)
        if re.search(r"<title[^>]*>" + re.escape(title), found[0]))
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    colors = dict(re.findall(r"(--[\w-]+):([^;}]+)", css[: css.index("}")]))
    used = {name for names in re.findall(r'class="([^"]*)"', svg) for name in names.split()}
    rules = ["svg{background:var(--page)}"]
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css.split("@media print")[0]):
        own = [
            selector[4:] for selector in selectors.strip().split(",")
            if selector.startswith("svg ")
            and (selector == "svg text" or selector.split(".")[-1] in used)]
        if own:
            rules.append(f"{','.join(own)}{{{body}}}")
    style = "\n".join(rules).replace("currentColor", "var(--ink)")
    style = re.sub(r"var\((--[\w-]+)\)", lambda name: colors[name[1]], style)
    tag, drawn = svg.split(">", 1)
    return f'{tag.replace("<svg ", SVG)}>\n<style>\n{style}\n</style>{drawn}\n'


SVG = '<svg xmlns="http://www.w3.org/2000/svg" '


def labels(svg: str) -> list[str]:
    """Its texts without their numbers, which differ a little between processors."""
    found = re.findall(r"<(?:text|title)[^>]*>([^<]*)</", svg)
    return [re.sub(r"[\d.]+", "0", text) for text in found]
