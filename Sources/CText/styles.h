#ifndef EQUIPOISE_CTEXT_STYLES_H
#define EQUIPOISE_CTEXT_STYLES_H

#include "cpacked.h"

#include <string_view>

namespace equipoise {

// Every style's bit.
constexpr uint32_t style_bit(int style) { return uint32_t(1) << style; }
constexpr uint32_t all_styles = style_bit(EQP_STYLE_FIXED + EQP_STYLE_DECIMALS + 1) - 1;

// Whether a style writes a number as it stands.
bool writes(int style, double value, std::string_view text);

// The styles of those asked for that do; the text is that of the value.
uint32_t styles_of(std::string_view text, double value, uint32_t asked);

}  // namespace equipoise

#endif
