/// The style sheet of a page: readable from 320 pixels up, light, dark and on paper.
///
/// Colours of series are Okabe and Ito's, which people with any common colour blindness tell apart;
/// shapes, dashes, hatches and words carry the same information.
enum HTMLStyle {
  static let sheet = colours + text + tables + figures + paper

  private static let colours = """
    :root{--ink:#1b1f24;--soft:#59636e;--line:#d1d9e0;--faint:#f4f6f8;--page:#fff;--link:#0b5cad;\
    --note:#fff8e6;--note-line:#b7791f;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;\
    --c4:#8a6a00;--c5:#3a87b8;--c6:#5b4b8a;--c7:#333;--low:#0072b2;--high:#d55e00;--mid:#eef1f4;\
    --shade:#1b1f2440}
    @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#a3adb8;--line:#3d444d;\
    --faint:#1c2128;--page:#0f1318;--link:#6cb6ff;--note:#2b2413;--note-line:#d4a72c;--c0:#56b4e9;\
    --c1:#ff8a4c;--c2:#3ccf9f;--c3:#e9a6cb;--c4:#e6c34a;--c5:#8ecbef;--c6:#b7a6ea;--c7:#ddd;\
    --low:#56b4e9;--high:#ff8a4c;--mid:#262c34;\
    --shade:#000c}}

    """

  private static let text = """
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0 auto;max-width:78rem;padding:1.5rem clamp(1rem,4vw,3rem) 4rem;color:var(--ink);\
    background:var(--page);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
    "Liberation Sans",sans-serif;overflow-wrap:anywhere}
    a{color:var(--link)}
    a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--c0);\
    outline-offset:2px}
    .skip{position:absolute;left:-999rem}
    .skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;z-index:3}
    header{border-bottom:3px solid var(--ink);padding-bottom:1rem;margin-bottom:1.25rem}
    .kind{margin:0;color:var(--soft);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
    h1{font-size:clamp(1.5rem,1.1rem + 1.8vw,2.4rem);line-height:1.2;margin:.15rem 0 .35rem;\
    text-wrap:balance}
    .subtitle{margin:0;color:var(--soft)}
    h2{font-size:1.35rem;line-height:1.3;margin:2.75rem 0 .75rem;padding-top:.75rem;\
    border-top:1px solid var(--line)}
    h3{font-size:1.08rem;margin:1.75rem 0 .5rem}
    p,ul,dl.terms{max-width:46rem}
    nav ol{columns:18rem;column-gap:2rem;margin:0;padding-left:1.6rem;font-size:.92rem}
    nav li{break-inside:avoid}
    main{counter-reset:part}
    main:focus{outline:none}
    h2{counter-increment:part}
    h2::before{content:counter(part) ". ";color:var(--soft)}
    .facts{display:grid;gap:.75rem;margin:1.5rem 0}
    \(columns("w"))
    @media (max-width:64rem){\(columns("m"))}
    .facts div{border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;\
    background:var(--faint)}
    .facts dt{font-size:.82rem;color:var(--soft)}
    .facts dd{margin:0}
    .facts strong{display:block;font-size:1.45rem;line-height:1.25;font-variant-numeric:tabular-nums}
    .facts span{font-size:.82rem;color:var(--soft)}
    .note{border-left:4px solid var(--note-line);background:var(--note);padding:.6rem .9rem;\
    border-radius:0 .4rem .4rem 0}
    .terms div{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:0 1.25rem;\
    padding:.4rem 0;border-bottom:1px solid var(--line)}
    .terms dt{color:var(--soft)}
    .terms dd{margin:0;white-space:pre-line}
    .blanks div{display:flex;gap:1rem;align-items:flex-end;margin:1.25rem 0;max-width:38rem}
    .blanks dd{flex:1;margin:0;border-bottom:1px solid var(--ink)}
    pre{background:var(--faint);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;\
    overflow-x:auto;font-size:.86rem;white-space:pre-wrap}
    code{font-family:ui-monospace,"SFMono-Regular","DejaVu Sans Mono",Menlo,monospace}
    footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
    @media (max-width:34rem){.terms div{grid-template-columns:1fr}\
    .facts.facts{grid-template-columns:1fr 1fr}\
    .facts div:first-child:nth-last-child(odd){grid-column:span 2}}

    """

  private static let tables = """
    .scroll{overflow-x:auto;margin:1rem 0 .35rem;border:1px solid var(--line);border-radius:.5rem}
    table{border-collapse:separate;border-spacing:0;min-width:100%;font-size:.9rem;\
    font-variant-numeric:tabular-nums;overflow-wrap:normal}
    caption{text-align:left;padding:.6rem .75rem;font-weight:600;position:sticky;left:0;\
    overflow-wrap:anywhere}
    th,td{padding:.42rem .6rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
    thead th{background:var(--faint);font-weight:600;vertical-align:bottom;min-width:4.5rem}
    .number{text-align:right}
    tbody th{font-weight:500;min-width:7rem;max-width:22rem}
    th:first-child{position:sticky;left:0;background:var(--page);box-shadow:1px 0 var(--line)}
    thead th:first-child{background:var(--faint)}
    tbody tr:nth-child(even) td{background:color-mix(in srgb,var(--faint) 55%,transparent)}
    .total th,.total td{font-weight:650;border-top:2px solid var(--soft)}
    td.number{white-space:nowrap}
    td.long:last-child:not(.number){min-width:11rem}
    .range,.trace,.mark{display:block;font-size:.82em;color:var(--soft);font-weight:400}
    .mark{white-space:normal}
    .low .mark{font-style:italic}
    .low .mark::before{content:"▨ "}
    .low .mark~.mark{font-style:normal}
    .low .mark~.mark::before{content:none}
    td.absent{color:var(--soft)}
    .scroll{background:linear-gradient(to right,var(--page) 30%,transparent) left,\
    linear-gradient(to left,var(--page) 30%,transparent) right,\
    linear-gradient(to right,var(--shade),transparent) left,\
    linear-gradient(to left,var(--shade),transparent) right;background-repeat:no-repeat;\
    background-size:2rem 100%,2rem 100%,.6rem 100%,.6rem 100%;\
    background-attachment:local,local,scroll,scroll}
    .table-note{font-size:.86rem;color:var(--soft);margin:.25rem 0 1rem}
    details.long summary{cursor:pointer;font-weight:600;margin:1rem 0 .25rem}
    @media (max-width:34rem){th,td{padding:.35rem .5rem}tbody th{max-width:9rem;min-width:7.2rem}\
    table{font-size:.84rem}}

    """

  private static let figures = """
    .figures{columns:25rem 2;column-gap:1.25rem;margin:1.25rem 0}
    figure{margin:0 0 1.25rem;border:1px solid var(--line);border-radius:.5rem;padding:.9rem;\
    break-inside:avoid}
    figcaption{font-weight:600;margin-bottom:.4rem}
    .figure-note{font-size:.84rem;color:var(--soft);margin:.4rem 0 0}
    svg{display:block;width:100%;max-width:36rem;height:auto;margin:0 auto;color:var(--ink)}
    svg text{fill:currentColor;font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
    "Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
    svg text.strong,svg text.end{paint-order:stroke;stroke:var(--page);stroke-width:3px}
    svg text.soft{fill:var(--soft);font-size:11.5px}
    svg text.end{text-anchor:end}
    svg text.middle{text-anchor:middle}
    figure.wide svg{max-width:none}
    figure .narrow{display:none}
    @media (max-width:42rem){figure .broad{display:none}figure .narrow{display:block}}
    figure.wide .scroll{border:0;margin:0}
    svg text.label{font-weight:650;paint-order:stroke;stroke:var(--page);stroke-width:3px}
    svg .leader{stroke:var(--soft);stroke-width:1}
    svg text.strong{font-weight:650}
    svg .grid{stroke:var(--line);stroke-width:1}
    svg .axis{stroke:var(--soft);stroke-width:1.2}
    svg .rule{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:4 3}
    svg .series{fill:none;stroke-width:2.2;stroke-linejoin:round}
    svg .error{stroke-width:1.2;opacity:.55}
    svg .bar{stroke-width:2.4;stroke-linecap:round}
    svg .whisker{stroke-width:1.2;opacity:.55}
    svg .open{fill:var(--page);stroke-width:2}
    svg .cell{stroke:var(--page);stroke-width:2}
    \(series)
    svg .above{fill:var(--high)}svg .below{fill:var(--low)}svg .even{fill:var(--mid)}
    svg .hatch{stroke:var(--ink);stroke-width:1;opacity:.45}

    """

  /// Rows of tiles with 2 to 6 columns.
  private static func columns(_ name: String) -> String {
    (2...6).map { ".facts.\(name)\($0){grid-template-columns:repeat(\($0),1fr)}" }.joined()
  }

  /// One colour a series, as a fill and as a stroke.
  private static let series = (0..<8).map { k in
    "svg .f\(k){fill:var(--c\(k))}svg .s\(k){stroke:var(--c\(k))}"
  }.joined(separator: "\n")

  private static let paper = """
    @media print{:root{--ink:#000;--soft:#444;--line:#bbb;--faint:#f3f3f3;--page:#fff;--link:#000;\
    --note:#fff;--note-line:#777;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#8a6a00;\
    --c5:#3a87b8;--c6:#5b4b8a;--c7:#333;--low:#0072b2;--high:#d55e00;--mid:#eee}
    html{font-size:9pt}
    body{max-width:none;padding:0;line-height:1.4}
    nav,.skip{display:none}
    h1{font-size:17pt}h2{font-size:12pt;margin:1.1rem 0 .35rem;padding-top:.35rem}
    h3{font-size:10pt;margin:.7rem 0 .25rem}
    p,ul,dl.terms{max-width:none;margin:.3rem 0}
    header{padding-bottom:.4rem;margin-bottom:.6rem}
    .facts{gap:.4rem;margin:.6rem 0}
    .facts div{padding:.3rem .5rem}.facts strong{font-size:1.15rem}
    .terms div{grid-template-columns:14rem 1fr;padding:.12rem 0}
    .scroll{overflow:visible;border:0;margin:.4rem 0 .2rem;background:none}
    th:first-child,caption{position:static;box-shadow:none}
    caption{padding:.2rem .3rem}
    table{font-size:7.2pt;line-height:1.3}
    th,td{padding:.12rem .3rem;overflow-wrap:normal;word-break:normal;hyphens:manual}
    thead th,tbody th,td.long:last-child:not(.number){min-width:0}
    tbody th{max-width:none;overflow-wrap:normal}
    td.number{white-space:normal}
    .range,.trace,.mark{display:inline;white-space:nowrap}
    .mark{white-space:normal}
    .table-note,.figure-note{font-size:7.2pt;margin:.1rem 0 .4rem}
    thead{display:table-header-group}
    tr,figure,.facts div,.note,.terms div,.blanks div{break-inside:avoid}
    h2,h3,caption,figcaption,thead{break-after:avoid}
    tbody tr:first-child{break-before:avoid}
    .figures{columns:2;column-gap:.8rem;margin:.4rem 0}
    .figures:has(>figure:only-child){columns:1}
    .figures>figure:only-child{display:grid;grid-template-columns:3fr 2fr;gap:0 1rem}
    figure:only-child figcaption{grid-column:1/-1}
    figure{padding:.4rem;margin:0 0 .5rem}
    figcaption{font-size:8.5pt;margin-bottom:.1rem}
    figure svg{max-height:8.5cm}
    figure.wide svg{max-height:none}
    figure .broad{display:block}figure .narrow{display:none}
    .blanks div{margin:.6rem 0}
    footer{margin-top:1rem}
    .audit-brief figure svg{max-height:7cm}
    .audit-brief table{break-inside:avoid}
    details.long summary{display:none}
    details::details-content{content-visibility:visible;block-size:auto}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    @page{size:A4;margin:14mm 14mm 16mm;@bottom-center{content:counter(page) " / " counter(pages);\
    font:8pt system-ui,sans-serif;color:#444}}
    """
}
