#include "results/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "results/html.h"
#include "results/quote.h"

#define LONG_CELL 48 // characters from which a cell may break into lines

static void end_section(Page *page) {
    text_add(&page->html, page->in_section ? "</section>\n" : "");
    page->in_section = false;
}

// Sets `text` behind what it is given.
static void set_before(Text *text, Text *before) {
    text_add(before, text->data ? text->data : "");
    text_free(text);
    *text = *before;
}

void page_end(Page *page, const PageHead *head) {
    Text html = {0}, markdown = {0};
    end_section(page);
    html_foot(&page->html);
    html_head(&html, head->title, head->files, head->generator);
    text_add(&html, "<h1>");
    quote_html(&html, head->title);
    text_add(&html, "</h1>\n");
    text_add(&markdown, "# ");
    quote_markdown(&markdown, head->title);
    text_add(&markdown, "\n");
    set_before(&page->html, &html);
    set_before(&page->markdown, &markdown);
}

void page_free(Page *page) {
    text_free(&page->html);
    text_free(&page->markdown);
}

void page_links(Page *page, const PageLink links[], int count) {
    text_add(&page->html, "<nav>");
    for (int i = 0; i < count; i++)
        text_addf(&page->html, "<a href=\"#%s\">%s</a> ", links[i].id, links[i].title);
    text_add(&page->html, "</nav>\n");
}

static void heading(Page *page, int level, const char *title) {
    text_addf(&page->html, "<h%d>", level);
    quote_html(&page->html, title);
    text_addf(&page->html, "</h%d>\n", level);
    text_addf(&page->markdown, "\n%s ", level == 2 ? "##" : "###");
    quote_markdown(&page->markdown, title);
    text_add(&page->markdown, "\n");
}

void page_section(Page *page, const char *id, const char *title) {
    end_section(page);
    text_addf(&page->html, "<section id=\"%s\">", id);
    page->in_section = true;
    heading(page, 2, title);
}

void page_subsection(Page *page, const char *title) {
    heading(page, 3, title);
}

static void paragraph(Page *page, const char *mark, const char *text) {
    text_addf(&page->html, "<p%s>", mark);
    quote_html(&page->html, text);
    text_add(&page->html, "</p>\n");
    bool listed = text[0] && strchr("+-=", text[0]); // would make a list or a heading of it
    text_addf(&page->markdown, "\n%s%s", mark[0] ? "> " : "", listed ? "\\" : "");
    quote_markdown(&page->markdown, text);
    text_add(&page->markdown, "\n");
}

static void paragraph_of(Page *page, const char *mark, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    Text text = {0}, room = {0};
    for (int i = 0; i <= length; i++)
        text_add(&room, " ");
    vsnprintf(room.data, (size_t)length + 1, format, again);
    va_end(again);
    text_add(&text, room.data);
    paragraph(page, mark, text.data);
    text_free(&text);
    text_free(&room);
}

void page_text(Page *page, const char *format, ...) {
    va_list args;
    va_start(args, format);
    paragraph_of(page, "", format, args);
    va_end(args);
}

void page_warning(Page *page, const char *format, ...) {
    va_list args;
    va_start(args, format);
    paragraph_of(page, " class=\"warn\"", format, args);
    va_end(args);
}

void page_code(Page *page, const char *text) {
    text_add(&page->html, "<pre>");
    quote_html(&page->html, text);
    text_add(&page->html, "</pre>\n");
    text_add(&page->markdown, "\n");
    quote_markdown_code(&page->markdown, text);
}

void page_fold(Page *page, const char *title) {
    text_add(&page->html, "<details><summary>");
    quote_html(&page->html, title);
    text_add(&page->html, "</summary>\n");
    text_add(&page->markdown, "\n");
    quote_markdown(&page->markdown, title);
    text_add(&page->markdown, "\n");
}

void page_fold_end(Page *page) {
    text_add(&page->html, "</details>\n");
}

// --- Tables ----------------------------------------------------------------------------------------------------------

static void head_cell(Page *page, const PageColumn *column) {
    text_addf(&page->html, "<th%s data-c=\"", column->text ? " class=\"t\"" : "");
    quote_html(&page->html, column->head);
    text_add(&page->html, "\"");
    if (column->help) {
        text_add(&page->html, " title=\"");
        quote_html(&page->html, column->help);
        text_add(&page->html, "\"");
    }
    text_add(&page->html, ">");
    quote_html(&page->html, column->head);
    if (column->unit) {
        text_add(&page->html, "<small>");
        quote_html(&page->html, column->unit);
        text_add(&page->html, "</small>");
    }
    text_add(&page->html, "</th>");
    text_add(&page->markdown, "| ");
    quote_markdown(&page->markdown, column->head);
    text_add(&page->markdown, " ");
}

void page_table(Page *page, const char *id, const PageColumn columns[], int count) {
    page->columns = columns;
    page->column_count = count;
    page->column = page->rows = 0;
    text_addf(&page->html, "<div class=\"box\"><table id=\"%s\"><thead><tr>", id);
    text_add(&page->markdown, "\n");
    for (int i = 0; i < count; i++)
        head_cell(page, &columns[i]);
    text_add(&page->html, "</tr></thead><tbody>\n");
    text_add(&page->markdown, "|\n");
    for (int i = 0; i < count; i++)
        text_add(&page->markdown, columns[i].text ? "|---" : "|--:");
    text_add(&page->markdown, "|\n");
}

// `key`: NULL in columns of text.
static void cell(Page *page, const char *shown, const char *key) {
    bool text = page->columns[page->column].text, wide = text && strlen(shown) > LONG_CELL;
    text_add(&page->html, page->column == 0 ? "<tr>" : "");
    text_add(&page->html, wide ? "<td class=\"t w\"" : text ? "<td class=\"t\"" : "<td");
    if (key)
        text_addf(&page->html, " data-k=\"%s\"", key);
    text_add(&page->html, ">");
    quote_html(&page->html, shown);
    text_add(&page->html, "</td>");
    if (page->rows < PAGE_MARKDOWN_ROWS) {
        text_add(&page->markdown, "| ");
        quote_markdown(&page->markdown, shown);
        text_add(&page->markdown, " ");
    }
    if (++page->column < page->column_count)
        return;
    text_add(&page->html, "</tr>\n");
    text_add(&page->markdown, page->rows < PAGE_MARKDOWN_ROWS ? "|\n" : "");
    page->column = 0;
    page->rows++;
}

void page_cell(Page *page, const char *text) {
    cell(page, text, NULL);
}

void page_number(Page *page, const char *shown, double key) {
    char digits[32] = "";
    if (!isnan(key))
        snprintf(digits, sizeof digits, "%.9g", key);
    cell(page, shown, digits);
}

void page_table_end(Page *page) {
    text_add(&page->html, "</tbody></table></div>\n");
    if (page->rows > PAGE_MARKDOWN_ROWS)
        text_addf(&page->markdown, "\n%d more rows are left out here.\n",
                  page->rows - PAGE_MARKDOWN_ROWS);
}

// --- Pictures --------------------------------------------------------------------------------------------------------

void page_figure(Page *page, const char *svg, const char *file, const char *title,
                 const char *caption) {
    char prefix[32];
    snprintf(prefix, sizeof prefix, "p%zu-",
             page->html.length); // no two figures begin at one place
    text_add(&page->html, "<figure>");
    bool shown = svg && html_svg(&page->html, svg, prefix);
    text_add(&page->html, "<figcaption>");
    if (!shown) { // the picture says it itself
        text_add(&page->html, "<b>");
        quote_html(&page->html, title);
        text_add(&page->html, "</b>. ");
        quote_html(&page->html, caption);
        text_add(&page->html, ".");
    }
    bool script = file && strlen(file) > 3 && strcmp(file + strlen(file) - 3, ".gp") == 0;
    if (file) {
        text_add(&page->html, shown    ? "Also as <a href=\""
                              : script ? " Not drawn; gnuplot draws it from <a href=\""
                                       : " The picture stands in <a href=\"");
        quote_html(&page->html, file);
        text_add(&page->html, "\">");
        quote_html(&page->html, file);
        text_add(&page->html,
                 shown ? "</a>, drawn from the script and the data beside it." : "</a>.");
    }
    text_add(&page->html, "</figcaption></figure>\n");
    text_add(&page->markdown, "\n");
    if (script) {
        text_addf(&page->markdown, "Not drawn; gnuplot draws it from %s.\n\n", file);
    } else if (file) {
        text_add(&page->markdown, "![");
        quote_markdown(&page->markdown, title);
        text_addf(&page->markdown, "](%s)\n\n", file);
    }
    text_add(&page->markdown, "**");
    quote_markdown(&page->markdown, title);
    text_add(&page->markdown, "**. ");
    quote_markdown(&page->markdown, caption);
    text_add(&page->markdown, "\n");
}
