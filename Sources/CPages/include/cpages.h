#ifndef EQUIPOISE_CPAGES_H
#define EQUIPOISE_CPAGES_H

#include <stddef.h>

// A file of the pages inside the binary, by its name below `ui` ("kit/dom.js", "explorer/page.html"), or NULL.
// Compiled in so that a binary or a shared library needs no folder beside it.
//
// A page is assembled from "explorer/page.html" and "explorer/recipe.txt". Each line of the recipe is empty, a
// comment (#), or a kind and a name with one blank between them:
//
//   1. STYLE is the text of all files of kind "style", in order, each as it is: a file ends with its line end.
//   2. SCRIPT is `(() => {"use strict";` and a line end, the text of all files of kind "script" in order, then
//      `})();` and a line end.
//   3. DOCUMENT is the page's JSON with each `<` written as \u003c, so that no text of it ends the element.
//   4. POLICY is `default-src 'none'; script-src 'sha256-A'; style-src 'sha256-B'; img-src data: blob:;
//      base-uri 'none'; form-action 'none'`, on one line, with the SHA-256 digests of SCRIPT (A) and STYLE (B)
//      in base64.
//   5. In "explorer/page.html", {{policy}}, {{title}} (escaped as a text of HTML), {{style}}, {{document}} and
//      {{script}} are replaced, each once, and what was put in is not looked at again.
//
// The elements hold these texts and nothing else, so the digests are those that a browser computes.
const unsigned char *eqp_page_asset(const char *name, size_t *count);

#endif
