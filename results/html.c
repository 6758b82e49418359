#include "results/html.h"

#include <ctype.h>
#include <string.h>

#include "results/quote.h"

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

// clang-format off
static const char STYLE[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--page:#fff;--band:#f4f6f8;--mark:#0b62a4;--warn:#fff4d6;"
    "--warn-ink:#5c4200}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#9aa5b1;--line:#38414b;--page:#14181d;--band:#1d232a;--mark:#6cb6ff;"
    "--warn:#3a2f10;--warn-ink:#f0d48a}figure svg{filter:invert(.92) hue-rotate(180deg)}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:80rem;background:var(--page);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}\n"
    "h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 .6rem;overflow-wrap:anywhere}\n"
    "h2{font-size:1.25rem;margin:2.6rem 0 .6rem;padding-top:.5rem;border-top:1px solid var(--line)}\n"
    "h3{font-size:1.02rem;margin:1.5rem 0 .4rem;overflow-wrap:anywhere}\n"
    "p{margin:.5rem 0;max-width:60rem;overflow-wrap:anywhere}\n"
    "a{color:var(--mark)}\n"
    "nav{margin:.8rem 0;color:var(--soft)}nav a{margin-right:1rem;white-space:nowrap}\n"
    ".warn{background:var(--warn);color:var(--warn-ink);padding:.6rem .8rem;border-left:4px solid currentColor;border-radius:3px}\n"
    "pre{background:var(--band);padding:.8rem 1rem;border-radius:4px;overflow:auto;max-height:32rem;"
    "font:13px/1.45 ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}\n"
    ".box{overflow:auto;max-height:75vh;border:1px solid var(--line);border-radius:4px;margin:.6rem 1rem .6rem 0;display:inline-block;vertical-align:top;max-width:100%}\n"
    "table{border-collapse:separate;border-spacing:0;font-size:13px;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.28rem .65rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);white-space:nowrap}\n"
    "td.t,th.t{text-align:left}\n"
    "td.w{white-space:normal;min-width:16rem;max-width:36rem;overflow-wrap:anywhere}\n"
    "th{position:sticky;top:0;background:var(--band);font-weight:600;z-index:1}\n"
    "th small{display:block;font-weight:400;color:var(--soft)}\n"
    "tr:last-child td{border-bottom:0}tbody tr:hover td{background:var(--band)}\n"
    "th button{all:unset;cursor:pointer;position:relative}th button:focus-visible{outline:2px solid var(--mark);outline-offset:2px}\n"
    "th[aria-sort] button::after{content:'\\25B4';color:var(--mark);position:absolute;right:-.8em;top:0}th[aria-sort=descending] button::after{content:'\\25BE'}\n"
    "input{display:block;font:inherit;padding:.25rem .5rem;border:1px solid var(--line);border-radius:4px;background:var(--page);color:var(--ink);width:20rem;"
    "max-width:100%}\n"
    "figure{margin:1.2rem 0 1.8rem}figure svg{display:block;max-width:100%;height:auto;overflow:visible;background:#fff;border-radius:4px}\n"
    "figcaption{color:var(--soft);max-width:60rem;margin-top:.3rem;font-size:13px}figcaption b{color:var(--ink)}\n"
    "summary{cursor:pointer;color:var(--mark)}footer{margin-top:3rem;color:var(--soft);font-size:13px}\n"
    "@page{size:landscape;margin:12mm}@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--band:#f2f2f2}body{max-width:none;padding:0;font-size:10pt}"
    "nav,input{display:none}.box,pre{overflow:visible;max-height:none;border:0}th{position:static}table{font-size:7pt}"
    "th,td{padding:.1rem .3rem}pre{white-space:pre-wrap}#frontier tbody tr:nth-child(n+41){display:none}thead{display:table-row-group}figure,tr{break-inside:avoid}"
    "figure svg{filter:none}h2,h3{break-after:avoid}}\n";

// Its hash stands in the page's policy, so that nothing else runs.
static const char SCRIPT[] = "//<![CDATA[\n"
    "(function () {\n"
    "  'use strict';\n"
    "  function key(row, at) {\n"
    "    var cell = row.cells[at], raw = cell.getAttribute('data-k');\n"
    "    return raw === null ? cell.textContent : raw === '' ? null : Number(raw);\n"
    "  }\n"
    "  function compare(a, b) {\n"
    "    if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', {numeric: true});\n"
    "    return a < b ? -1 : a > b ? 1 : 0;\n"
    "  }\n"
    "  function sort(table, at, down) {\n"
    "    var body = table.tBodies[0], rows = Array.from(body.rows).map(function (row, i) { return {row: row, key: key(row, at), i: i}; });\n"
    "    rows.sort(function (a, b) {\n"
    "      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.i - b.i;\n"
    "      return (down ? -1 : 1) * compare(a.key, b.key) || a.i - b.i;\n"
    "    });\n"
    "    rows.forEach(function (one) { body.appendChild(one.row); });\n"
    "    Array.from(table.tHead.rows[0].cells).forEach(function (head, i) {\n"
    "      if (i === at) head.setAttribute('aria-sort', down ? 'descending' : 'ascending');\n"
    "      else head.removeAttribute('aria-sort');\n"
    "    });\n"
    "  }\n"
    "  function name(head) { return head.getAttribute('data-c'); }\n"
    "  function sorting() { // page.html#sort=tpot_s, #sort=-mfu\n"
    "    var asked = /^#sort=(-?)(.+)$/.exec(location.hash), column, found;\n"
    "    if (!asked) return;\n"
    "    try { column = decodeURIComponent(asked[2]); } catch (wrong) { return; }\n"
    "    found = Array.from(document.querySelectorAll('th')).filter(function (head) { return name(head) === column; });\n"
    "    found = found.find(function (head) { return head.closest('table').id === 'frontier'; }) || found[0];\n"
    "    if (found) sort(found.closest('table'), found.cellIndex, asked[1] === '-');\n"
    "    if (found) found.closest('.box').scrollIntoView();\n"
    "  }\n"
    "  function filter(table) {\n"
    "    var field = document.createElement('input');\n"
    "    field.type = 'search';\n"
    "    field.placeholder = 'show rows with these words';\n"
    "    field.setAttribute('aria-label', 'show rows with these words');\n"
    "    field.addEventListener('input', function () {\n"
    "      var words = field.value.toLowerCase().split(' ');\n"
    "      Array.from(table.tBodies[0].rows).forEach(function (row) {\n"
    "        var text = Array.from(row.cells).map(function (cell) { return cell.textContent; }).join(' ').toLowerCase();\n"
    "        row.hidden = !words.every(function (word) { return text.includes(word); });\n"
    "      });\n"
    "    });\n"
    "    table.closest('.box').before(field);\n"
    "  }\n"
    "  document.querySelectorAll('table').forEach(function (table) {\n"
    "    if (table.tBodies[0].rows.length > 50) filter(table);\n"
    "    Array.from(table.tHead.rows[0].cells).forEach(function (head) {\n"
    "      var button = document.createElement('button');\n"
    "      while (head.firstChild) button.appendChild(head.firstChild);\n"
    "      head.appendChild(button);\n"
    "      button.addEventListener('click', function () {\n"
    "        var down = head.getAttribute('aria-sort') === 'ascending';\n"
    "        sort(table, head.cellIndex, down);\n"
    "      });\n"
    "    });\n"
    "  });\n"
    "  addEventListener('hashchange', sorting);\n"
    "  addEventListener('beforeprint', function () { document.querySelectorAll('details').forEach(function (one) { one.open = true; }); });\n"
    "  sorting();\n"
    "})();\n"
    "//]]>\n";
#define SCRIPT_HASH "1Tjs0ybuVhw8IFTEB9IosHQq3i1bJxqmRIydyUObELU="
// clang-format on

#define FILES_MARK "<meta name=\"chipfit-report\" content=\""

void html_head(Text *out, const char *title, const char *files, const char *generator) {
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\"><head>"
                  "<meta charset=\"utf-8\"/>\n" FILES_MARK);
    quote_html(out, files);
    text_add(out, "\"/>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                  "'none'; style-src 'unsafe-inline'; img-src data:; script-src "
                  "'sha256-" SCRIPT_HASH "'\"/>\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n"
                  "<meta name=\"generator\" content=\"");
    quote_html(out, generator);
    text_add(out, "\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n<title>");
    quote_html(out, title);
    text_addf(out, "</title>\n<style>\n%s</style></head>\n<body>\n", STYLE);
}

void html_foot(Text *out) {
    text_addf(out, "<script>%s</script>\n</body></html>\n", SCRIPT);
}

bool html_files(const char *page, Text *files) {
    const char *mark = strstr(page, FILES_MARK);
    if (strncmp(page, "<!DOCTYPE html>", 15) != 0 || !mark)
        return false;
    mark += strlen(FILES_MARK);
    text_add(files, "");
    text_add_n(files, mark, strcspn(mark, "\""));
    return true;
}

// --- Pictures --------------------------------------------------------------------------------------------------------

static const char *const ELEMENTS[] = {
    "svg",      "defs",           "g",      "path",    "circle",      "rect",
    "text",     "tspan",          "use",    "polygon", "polyline",    "line",
    "ellipse",  "clipPath",       "marker", "stop",    "pattern",     "symbol",
    "textPath", "linearGradient", "filter", "feFlood", "feComposite", "image"};

// Others are left out: they are the picture's own business or a program's.
static const char *const ATTRIBUTES[] = {"x",
                                         "y",
                                         "x1",
                                         "y1",
                                         "x2",
                                         "y2",
                                         "cx",
                                         "cy",
                                         "r",
                                         "rx",
                                         "ry",
                                         "dx",
                                         "dy",
                                         "d",
                                         "points",
                                         "width",
                                         "height",
                                         "viewBox",
                                         "transform",
                                         "fill",
                                         "stroke",
                                         "opacity",
                                         "color",
                                         "offset",
                                         "font-family",
                                         "font-size",
                                         "rotate",
                                         "font-weight",
                                         "font-style",
                                         "text-anchor",
                                         "style",
                                         "id",
                                         "href",
                                         "xlink:href",
                                         "clip-path",
                                         "fill-opacity",
                                         "fill-rule",
                                         "stop-color",
                                         "orient",
                                         "stop-opacity",
                                         "marker-end",
                                         "marker-start",
                                         "refX",
                                         "refY",
                                         "markerWidth",
                                         "markerHeight",
                                         "patternUnits",
                                         "xml:space",
                                         "stroke-width",
                                         "stroke-linecap",
                                         "stroke-linejoin",
                                         "stroke-dasharray",
                                         "stroke-miterlimit",
                                         "stroke-opacity",
                                         "stroke-dashoffset",
                                         "dominant-baseline",
                                         "textLength",
                                         "version",
                                         "filter",
                                         "filterUnits",
                                         "flood-color",
                                         "flood-opacity",
                                         "result",
                                         "in",
                                         "in2",
                                         "operator",
                                         "preserveAspectRatio",
                                         "shape-rendering"};

#define DEPTH 64

typedef struct Picture {
    Text *out;
    const char *prefix, *at;
    const char *open[DEPTH]; // names of the elements that are open
    int depth;
} Picture;

static const char *known(const char *const list[], size_t count, const char *name, size_t length) {
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncmp(list[i], name, length) == 0)
            return list[i];
    return NULL;
}

// Length of "&lt;", "&#39;" and the like; 0: the & stands for itself, which it must not.
static size_t entity(const char *text) {
    static const char *const NAMES[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (size_t i = 0; i < LENGTH(NAMES); i++)
        if (strncmp(text, NAMES[i], strlen(NAMES[i])) == 0)
            return strlen(NAMES[i]);
    size_t digits = strncmp(text, "&#", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
    return digits > 0 && digits < 8 && text[2 + digits] == ';' ? digits + 3 : 0;
}

// Characters between tags, or of an attribute.
static void add_characters(Text *out, const char *text, size_t length) {
    Text plain = {0};
    for (const char *end = text + length; text < end;) {
        size_t named = *text == '&' ? entity(text) : 0;
        size_t stretch = named ? 0 : 1 + strcspn(text + 1, "&");
        if (stretch > (size_t)(end - text))
            stretch = (size_t)(end - text);
        text_clear(&plain);
        text_add_n(&plain, text, stretch);
        quote_html(out, plain.data ? plain.data : "");
        text_add_n(out, text, named);
        text += named + stretch;
    }
    text_free(&plain);
}

// "data:image/png;base64,iVBOR...", as gnuplot writes the cells of a map.
static bool is_png(const char *value, size_t length) {
    static const char LEAD[] = "data:image/png;base64,";
    static const char DIGITS[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t lead = strlen(LEAD);
    return length > lead && strncmp(value, LEAD, lead) == 0 &&
           strspn(value + lead, DIGITS) >= length - lead;
}

// What refers to something must refer to an id of this picture, or be a picture itself.
static bool add_value(Picture *picture, const char *name, const char *value, size_t length) {
    Text *out = picture->out;
    bool id = strcmp(name, "id") == 0, link = strstr(name, "href") != NULL;
    if (id || link) {
        if (link && is_png(value, length)) {
            text_add_n(out, value, length);
            return true;
        }
        if (link && *value != '#')
            return false;
        text_add(out, link ? "#" : "");
        text_add(out, picture->prefix);
        add_characters(out, value + link, length - link);
        return true;
    }
    for (const char *end = value + length; value < end;) {
        size_t plain = 0;
        while (value + plain < end && strncmp(value + plain, "url", 3) != 0)
            plain++;
        add_characters(out, value, plain);
        value += plain;
        if (value == end)
            break;
        if (strncmp(value, "url(#", 5) != 0)
            return false;
        text_addf(out, "url(#%s", picture->prefix);
        value += 5;
    }
    return true;
}

// name="value", name='value'
static bool add_attribute(Picture *picture) {
    const char *name = picture->at;
    size_t length = strcspn(name, "= \t\r\n/>\"'<");
    const char *value = name + length + strspn(name + length, " \t\r\n");
    if (length == 0 || *value != '=')
        return false;
    value += 1 + strspn(value + 1, " \t\r\n");
    const char *end = *value == '"' || *value == '\'' ? strchr(value + 1, *value) : NULL;
    const char *allowed = known(ATTRIBUTES, LENGTH(ATTRIBUTES), name, length);
    if (!end || memchr(value, '<', (size_t)(end - value)))
        return false;
    picture->at = end + 1;
    if (!allowed)
        return true;
    text_addf(picture->out, " %s=\"", strcmp(allowed, "xlink:href") == 0 ? "href" : allowed);
    bool good = add_value(picture, allowed, value + 1, (size_t)(end - value - 1));
    text_add(picture->out, "\"");
    return good;
}

static bool close_element(Picture *picture) {
    size_t length = strcspn(picture->at, "> \t\r\n");
    const char *name = known(ELEMENTS, LENGTH(ELEMENTS), picture->at, length);
    if (!name || picture->depth == 0 || picture->open[--picture->depth] != name)
        return false;
    picture->at += length + strspn(picture->at + length, " \t\r\n");
    text_addf(picture->out, "</%s>", name);
    return *picture->at++ == '>';
}

static bool open_element(Picture *picture) {
    size_t length = strcspn(picture->at, "/> \t\r\n");
    const char *name = known(ELEMENTS, LENGTH(ELEMENTS), picture->at, length);
    if (!name || picture->depth == DEPTH)
        return false;
    picture->at += length;
    text_addf(picture->out, "<%s", name);
    if (picture->depth == 0)
        text_add(picture->out, " xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    for (;;) {
        picture->at += strspn(picture->at, " \t\r\n");
        bool empty = *picture->at == '/';
        picture->at += empty;
        if (*picture->at == '>') {
            text_add(picture->out, empty ? "/>" : ">");
            picture->at++;
            if (!empty)
                picture->open[picture->depth++] = name;
            return true;
        }
        if (empty || !add_attribute(picture))
            return false;
    }
}

// What is left out: comments, and names that a browser would show as hints, which are those of gnuplot's parts.
static const char *skipped(const char *at) {
    static const char *const PAIRS[][2] = {
        {"<!--",    "-->"     },
        {"<title>", "</title>"},
        {"<desc>",  "</desc>" }
    };
    for (size_t i = 0; i < LENGTH(PAIRS); i++)
        if (strncmp(at, PAIRS[i][0], strlen(PAIRS[i][0])) == 0) {
            const char *end = strstr(at, PAIRS[i][1]);
            return end ? end + strlen(PAIRS[i][1]) : NULL;
        }
    return NULL;
}

static bool add_element(Picture *picture) {
    do {
        const char *after = skipped(picture->at);
        if (after) {
            picture->at = after;
        } else if (*picture->at == '<') {
            picture->at++;
            bool closes = *picture->at == '/';
            picture->at += closes;
            if (!(closes ? close_element(picture) : open_element(picture)))
                return false;
        } else {
            size_t length = strcspn(picture->at, "<");
            add_characters(picture->out, picture->at, length);
            picture->at += length;
        }
    } while (picture->depth > 0 && *picture->at);
    return picture->depth == 0;
}

bool html_svg(Text *out, const char *svg, const char *prefix) {
    const char *start = strstr(svg, "<svg");
    size_t before = out->length;
    Picture picture = {.out = out, .prefix = prefix, .at = start};
    if (start && add_element(&picture))
        return true;
    out->length = before;
    if (out->data)
        out->data[before] = '\0';
    return false;
}
