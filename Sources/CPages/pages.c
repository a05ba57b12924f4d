#include "cpages.h"

#include <stddef.h>
#include <string.h>

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const unsigned char explorer_page_html[] = {
#embed "ui/explorer/page.html"
};
static const unsigned char explorer_recipe_txt[] = {
#embed "ui/explorer/recipe.txt"
};
static const unsigned char kit_theme_css[] = {
#embed "ui/kit/theme.css"
};
static const unsigned char kit_controls_css[] = {
#embed "ui/kit/controls.css"
};
static const unsigned char kit_tables_css[] = {
#embed "ui/kit/tables.css"
};
static const unsigned char kit_charts_css[] = {
#embed "ui/kit/charts.css"
};
static const unsigned char explorer_explorer_css[] = {
#embed "ui/explorer/explorer.css"
};
static const unsigned char kit_paper_css[] = {
#embed "ui/kit/paper.css"
};
static const unsigned char kit_dom_js[] = {
#embed "ui/kit/dom.js"
};
static const unsigned char kit_number_js[] = {
#embed "ui/kit/number.js"
};
static const unsigned char kit_statistics_js[] = {
#embed "ui/kit/statistics.js"
};
static const unsigned char kit_sha256_js[] = {
#embed "ui/kit/sha256.js"
};
static const unsigned char kit_scale_js[] = {
#embed "ui/kit/scale.js"
};
static const unsigned char kit_axis_js[] = {
#embed "ui/kit/axis.js"
};
static const unsigned char kit_series_js[] = {
#embed "ui/kit/series.js"
};
static const unsigned char kit_download_js[] = {
#embed "ui/kit/download.js"
};
static const unsigned char kit_live_js[] = {
#embed "ui/kit/live.js"
};
static const unsigned char kit_store_js[] = {
#embed "ui/kit/store.js"
};
static const unsigned char kit_fragment_js[] = {
#embed "ui/kit/fragment.js"
};
static const unsigned char kit_theme_js[] = {
#embed "ui/kit/theme.js"
};
static const unsigned char kit_tabs_js[] = {
#embed "ui/kit/tabs.js"
};
static const unsigned char kit_keys_js[] = {
#embed "ui/kit/keys.js"
};
static const unsigned char kit_slider_js[] = {
#embed "ui/kit/slider.js"
};
static const unsigned char kit_table_js[] = {
#embed "ui/kit/table.js"
};
static const unsigned char kit_figure_js[] = {
#embed "ui/kit/figure.js"
};
static const unsigned char kit_histogram_js[] = {
#embed "ui/kit/histogram.js"
};
static const unsigned char kit_step_js[] = {
#embed "ui/kit/step.js"
};
static const unsigned char kit_interval_js[] = {
#embed "ui/kit/interval.js"
};
static const unsigned char kit_heat_js[] = {
#embed "ui/kit/heat.js"
};
static const unsigned char kit_line_js[] = {
#embed "ui/kit/line.js"
};
static const unsigned char kit_dots_js[] = {
#embed "ui/kit/dots.js"
};
static const unsigned char kit_bars_js[] = {
#embed "ui/kit/bars.js"
};
static const unsigned char kit_icicle_js[] = {
#embed "ui/kit/icicle.js"
};
static const unsigned char kit_ticks_strip_js[] = {
#embed "ui/kit/ticks-strip.js"
};
static const unsigned char explorer_views_js[] = {
#embed "ui/explorer/views.js"
};
static const unsigned char explorer_curve_js[] = {
#embed "ui/explorer/curve.js"
};
static const unsigned char explorer_hull_js[] = {
#embed "ui/explorer/hull.js"
};
static const unsigned char explorer_document_js[] = {
#embed "ui/explorer/document.js"
};
static const unsigned char explorer_rates_js[] = {
#embed "ui/explorer/rates.js"
};
static const unsigned char explorer_reading_js[] = {
#embed "ui/explorer/reading.js"
};
static const unsigned char explorer_ledger_js[] = {
#embed "ui/explorer/ledger.js"
};
static const unsigned char explorer_state_js[] = {
#embed "ui/explorer/state.js"
};
static const unsigned char explorer_address_js[] = {
#embed "ui/explorer/address.js"
};
static const unsigned char explorer_context_bar_js[] = {
#embed "ui/explorer/context-bar.js"
};
static const unsigned char explorer_shell_js[] = {
#embed "ui/explorer/shell.js"
};
static const unsigned char explorer_groups_shown_js[] = {
#embed "ui/explorer/groups-shown.js"
};
static const unsigned char explorer_rule_file_js[] = {
#embed "ui/explorer/rule-file.js"
};
static const unsigned char explorer_session_file_js[] = {
#embed "ui/explorer/session-file.js"
};
static const unsigned char explorer_tiles_js[] = {
#embed "ui/explorer/tiles.js"
};
static const unsigned char explorer_lane_js[] = {
#embed "ui/explorer/lane.js"
};
static const unsigned char explorer_lanes_js[] = {
#embed "ui/explorer/lanes.js"
};
static const unsigned char explorer_gap_strip_js[] = {
#embed "ui/explorer/gap-strip.js"
};
static const unsigned char explorer_rate_strips_js[] = {
#embed "ui/explorer/rate-strips.js"
};
static const unsigned char explorer_group_table_js[] = {
#embed "ui/explorer/group-table.js"
};
static const unsigned char explorer_confusion_js[] = {
#embed "ui/explorer/confusion.js"
};
static const unsigned char explorer_roc_js[] = {
#embed "ui/explorer/roc.js"
};
static const unsigned char explorer_moved_js[] = {
#embed "ui/explorer/moved.js"
};
static const unsigned char explorer_strategy_panel_js[] = {
#embed "ui/explorer/strategy-panel.js"
};
static const unsigned char explorer_thresholds_view_js[] = {
#embed "ui/explorer/thresholds-view.js"
};
static const unsigned char explorer_data_view_js[] = {
#embed "ui/explorer/data-view.js"
};
static const unsigned char explorer_slices_view_js[] = {
#embed "ui/explorer/slices-view.js"
};
static const unsigned char explorer_dependence_view_js[] = {
#embed "ui/explorer/dependence-view.js"
};
static const unsigned char explorer_flips_view_js[] = {
#embed "ui/explorer/flips-view.js"
};
static const unsigned char explorer_error_tree_view_js[] = {
#embed "ui/explorer/error-tree-view.js"
};
static const unsigned char explorer_recourse_view_js[] = {
#embed "ui/explorer/recourse-view.js"
};
static const unsigned char explorer_models_view_js[] = {
#embed "ui/explorer/models-view.js"
};
static const unsigned char explorer_policy_view_js[] = {
#embed "ui/explorer/policy-view.js"
};
static const unsigned char explorer_main_js[] = {
#embed "ui/explorer/main.js"
};

#define ASSET(name, bytes) {name, bytes, sizeof bytes}

static const struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} assets[] = {
    ASSET("explorer/page.html", explorer_page_html),
    ASSET("explorer/recipe.txt", explorer_recipe_txt),
    ASSET("kit/theme.css", kit_theme_css),
    ASSET("kit/controls.css", kit_controls_css),
    ASSET("kit/tables.css", kit_tables_css),
    ASSET("kit/charts.css", kit_charts_css),
    ASSET("explorer/explorer.css", explorer_explorer_css),
    ASSET("kit/paper.css", kit_paper_css),
    ASSET("kit/dom.js", kit_dom_js),
    ASSET("kit/number.js", kit_number_js),
    ASSET("kit/statistics.js", kit_statistics_js),
    ASSET("kit/sha256.js", kit_sha256_js),
    ASSET("kit/scale.js", kit_scale_js),
    ASSET("kit/axis.js", kit_axis_js),
    ASSET("kit/series.js", kit_series_js),
    ASSET("kit/download.js", kit_download_js),
    ASSET("kit/live.js", kit_live_js),
    ASSET("kit/store.js", kit_store_js),
    ASSET("kit/fragment.js", kit_fragment_js),
    ASSET("kit/theme.js", kit_theme_js),
    ASSET("kit/tabs.js", kit_tabs_js),
    ASSET("kit/keys.js", kit_keys_js),
    ASSET("kit/slider.js", kit_slider_js),
    ASSET("kit/table.js", kit_table_js),
    ASSET("kit/figure.js", kit_figure_js),
    ASSET("kit/histogram.js", kit_histogram_js),
    ASSET("kit/step.js", kit_step_js),
    ASSET("kit/interval.js", kit_interval_js),
    ASSET("kit/heat.js", kit_heat_js),
    ASSET("kit/line.js", kit_line_js),
    ASSET("kit/dots.js", kit_dots_js),
    ASSET("kit/bars.js", kit_bars_js),
    ASSET("kit/icicle.js", kit_icicle_js),
    ASSET("kit/ticks-strip.js", kit_ticks_strip_js),
    ASSET("explorer/views.js", explorer_views_js),
    ASSET("explorer/curve.js", explorer_curve_js),
    ASSET("explorer/hull.js", explorer_hull_js),
    ASSET("explorer/document.js", explorer_document_js),
    ASSET("explorer/rates.js", explorer_rates_js),
    ASSET("explorer/reading.js", explorer_reading_js),
    ASSET("explorer/ledger.js", explorer_ledger_js),
    ASSET("explorer/state.js", explorer_state_js),
    ASSET("explorer/address.js", explorer_address_js),
    ASSET("explorer/context-bar.js", explorer_context_bar_js),
    ASSET("explorer/shell.js", explorer_shell_js),
    ASSET("explorer/groups-shown.js", explorer_groups_shown_js),
    ASSET("explorer/rule-file.js", explorer_rule_file_js),
    ASSET("explorer/session-file.js", explorer_session_file_js),
    ASSET("explorer/tiles.js", explorer_tiles_js),
    ASSET("explorer/lane.js", explorer_lane_js),
    ASSET("explorer/lanes.js", explorer_lanes_js),
    ASSET("explorer/gap-strip.js", explorer_gap_strip_js),
    ASSET("explorer/rate-strips.js", explorer_rate_strips_js),
    ASSET("explorer/group-table.js", explorer_group_table_js),
    ASSET("explorer/confusion.js", explorer_confusion_js),
    ASSET("explorer/roc.js", explorer_roc_js),
    ASSET("explorer/moved.js", explorer_moved_js),
    ASSET("explorer/strategy-panel.js", explorer_strategy_panel_js),
    ASSET("explorer/thresholds-view.js", explorer_thresholds_view_js),
    ASSET("explorer/data-view.js", explorer_data_view_js),
    ASSET("explorer/slices-view.js", explorer_slices_view_js),
    ASSET("explorer/dependence-view.js", explorer_dependence_view_js),
    ASSET("explorer/flips-view.js", explorer_flips_view_js),
    ASSET("explorer/error-tree-view.js", explorer_error_tree_view_js),
    ASSET("explorer/recourse-view.js", explorer_recourse_view_js),
    ASSET("explorer/models-view.js", explorer_models_view_js),
    ASSET("explorer/policy-view.js", explorer_policy_view_js),
    ASSET("explorer/main.js", explorer_main_js),
};

const unsigned char *eqp_page_asset(const char *name, size_t *count) {
  for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
    if (strcmp(assets[i].name, name) == 0) {
      *count = assets[i].count;
      return assets[i].bytes;
    }
  }
  *count = 0;
  return NULL;
}
