internal import Mustache

/// The templates of a page. They are texts of the program, so that an installed binary needs no
/// files beside it.
enum HTMLTemplates {
  /// Escapes scalar by scalar; the engine's own content type goes by grapheme and would let a
  /// quotation mark with a combining accent through.
  private struct EscapedHTML: MustacheContentType {
    func escapeText(_ text: String) -> String { DisplayText.escaped(text) }
  }

  private static let contentType = "ESCAPED_HTML"

  static let library: MustacheLibrary = {
    MustacheContentTypes.register(EscapedHTML(), named: contentType)
    var templates: [String: MustacheTemplate] = [:]
    for (name, text) in [
      "page": page, "block": block, "table": table, "figure": figure,
    ] {
      do {
        templates[name] = try MustacheTemplate(string: "{{% CONTENT_TYPE: \(contentType)}}" + text)
      } catch { preconditionFailure("template '\(name)': \(error)") }
    }
    return MustacheLibrary(templates: templates)
  }()

  private static let page = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header>
    <p class="kind">{{kind}}</p>
    <h1>{{title}}</h1>
    <p class="subtitle">{{subtitle}}</p>
    </header>
    <nav aria-label="Contents">
    <ol>
    {{#sections}}
    <li><a href="#{{id}}">{{title}}</a></li>
    {{/sections}}
    </ol>
    </nav>
    <main id="content" tabindex="-1">
    {{#hasFacts}}
    <dl class="facts">
    {{#facts}}
    <div><dt>{{label}}</dt><dd><strong>{{value}}</strong><span>{{detail}}</span></dd></div>
    {{/facts}}
    </dl>
    {{/hasFacts}}
    {{#sections}}
    <section id="{{id}}" aria-labelledby="{{id}}-title">
    <h2 id="{{id}}-title">{{title}}</h2>
    {{#blocks}}
    {{> block}}
    {{/blocks}}
    </section>
    {{/sections}}
    </main>
    <footer><p>{{footer}}</p></footer>
    </body>
    </html>

    """#

  private static let block = #"""
    {{#heading}}
    <h3>{{.}}</h3>
    {{/heading}}
    {{#text}}
    <p>{{.}}</p>
    {{/text}}
    {{#note}}
    <p class="note" role="note">{{.}}</p>
    {{/note}}
    {{#list}}
    <ul>
    {{#items}}
    <li>{{.}}</li>
    {{/items}}
    </ul>
    {{/list}}
    {{#definitions}}
    <dl class="terms">
    {{#items}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/items}}
    </dl>
    {{/definitions}}
    {{#blanks}}
    <dl class="blanks">
    {{#items}}
    <div><dt>{{.}}</dt><dd></dd></div>
    {{/items}}
    </dl>
    {{/blanks}}
    {{#table}}
    {{> table}}
    {{/table}}
    {{#figures}}
    <div class="figures">
    {{#items}}
    {{> figure}}
    {{/items}}
    </div>
    {{/figures}}
    {{#code}}
    <pre tabindex="0"><code>{{.}}</code></pre>
    {{/code}}
    """#

  private static let table = #"""
    {{#isLong}}
    <details class="long">
    <summary>{{caption}} ({{rowCount}} rows)</summary>
    {{/isLong}}
    <div class="scroll" role="region" aria-labelledby="{{id}}-caption" tabindex="0">
    <table id="{{id}}">
    <caption id="{{id}}-caption">{{caption}}</caption>
    <thead>
    <tr>{{#columns}}<th scope="col"{{#isNumeric}} class="number"{{/isNumeric}}>{{title}}</th>{{/columns}}</tr>
    </thead>
    <tbody>
    {{#rows}}
    <tr{{#isTotal}} class="total"{{/isTotal}}>{{{cells}}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{#notes}}
    <p class="table-note">{{.}}</p>
    {{/notes}}
    {{#isLong}}
    </details>
    {{/isLong}}
    """#

  private static let figure = #"""
    <figure id="{{id}}">
    <figcaption>{{title}}</figcaption>
    {{{svg}}}
    <p class="figure-note">{{description}}</p>
    </figure>
    """#
}
