// page.h — a report as it is written: one call a heading, paragraph, table or picture, in HTML and in Markdown at once.
//
//     Page page = {0};
//     page_section(&page, "tried", "What was tried");
//     page_text(&page, "%s points", count);
//     page_table(&page, "frontier", columns, 2);  page_number(&page, "12 ms", 0.012);  page_cell(&page, "h100");
//     page_table_end(&page);
//     page_end(&page, &(PageHead){"plans", "index.html", "chipfit"});   ... page.html, page.markdown ...   page_free(&page);
// All texts are plain and may hold anything: they appear as text.
#ifndef RESULTS_PAGE_H
#define RESULTS_PAGE_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PageColumn {
    const char *head;
    const char *unit; // beneath the head; NULL: none
    const char *help; // shown when the pointer rests on the head; NULL: none
    bool text;        // stands left and sorts as text
} PageColumn;

#define PAGE_MARKDOWN_ROWS 200 // of a table; the rest is counted there

typedef struct Page {
    Text html, markdown;
    const PageColumn *columns; // of the table that is being written
    int column_count, column, rows;
    bool in_section;
} Page;

typedef struct PageHead {
    const char *title;
    const char *files; // names of all files of the report, blanks between: what a next one replaces
    const char *generator; // program and version
} PageHead;

// Sets the head before what was written: then page.html and page.markdown are whole.
void page_end(Page *page, const PageHead *head);
void page_free(Page *page);

// A section of its own, reached by #id; page_links lists them at the top of the page.
typedef struct PageLink {
    const char *id, *title;
} PageLink;
void page_links(Page *page, const PageLink links[], int count);
void page_section(Page *page, const char *id, const char *title);
void page_subsection(Page *page, const char *title);

void page_text(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A paragraph that must not be overlooked.
void page_warning(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Text as it stands, such as a script.
void page_code(Page *page, const char *text);

// What is folded away until it is asked for; in print and in Markdown it stands open.
void page_fold(Page *page, const char *title);
void page_fold_end(Page *page);

// A table that sorts by its heads where scripts run; `columns` live until its end. page.html#sort=HEAD opens it sorted by
// that column of the table `frontier`, or of the first that has it, #sort=-HEAD downwards.
void page_table(Page *page, const char *id, const PageColumn columns[], int count);
void page_cell(Page *page, const char *text);
void page_number(Page *page, const char *shown, double key); // NaN: sorts last
void page_table_end(Page *page);

// A picture: an SVG file's text, which is taken in when it is harmless, and the name of its file. NULL svg: only the words.
void page_figure(Page *page, const char *svg, const char *file, const char *title,
                 const char *caption);

#ifdef __cplusplus
}
#endif
#endif
