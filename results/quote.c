#include "results/quote.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

// Bytes of the character at `text` as UTF-8 has it; 0: it is none.
static size_t character(const unsigned char *text) {
    unsigned char c = text[0];
    size_t length = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool wrong = (c == 0xe0 && text[1] < 0xa0) || (c == 0xed && text[1] > 0x9f) ||
                 (c == 0xf0 && text[1] < 0x90) || (c == 0xf4 && text[1] > 0x8f);
    return wrong ? 0 : length;
}

// C1 controls, what turns the direction of writing, and what XML has not.
static bool is_hidden(const unsigned char *text, size_t length) {
    if (length == 2)
        return text[0] == 0xc2 && text[1] < 0xa0;
    if (length != 3)
        return false;
    bool embeds = text[0] == 0xe2 && text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae;
    bool isolates = text[0] == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9;
    bool none = text[0] == 0xef && text[1] == 0xbf && text[2] >= 0xbe;
    return embeds || isolates || none;
}

// The next character as it may be shown, in `shown` with its '\0'; line breaks and tabs as they are.
static void step(const char **text, char shown[5]) {
    const unsigned char *at = (const unsigned char *)*text;
    size_t length = character(at);
    *text += length ? length : 1;
    if (length == 0 || is_hidden(at, length)) {
        memcpy(shown, REPLACEMENT, 4);
    } else if (*at == 0x7f || (*at < 0x20 && *at != '\n' && *at != '\t')) {
        memcpy(shown, "\xe2\x90\x80", 4); // pictures of controls begin at U+2400
        shown[2] = (char)(*at == 0x7f ? 0xa1 : 0x80 + *at);
    } else {
        memcpy(shown, at, length);
        shown[length] = '\0';
    }
}

void quote_html(Text *out, const char *text) {
    char shown[5];
    text_add(out, "");
    while (*text) {
        step(&text, shown);
        switch (shown[0]) {
        case '&':
            text_add(out, "&amp;");
            break;
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        case '\'':
            text_add(out, "&#39;");
            break;
        default:
            text_add(out, shown);
        }
    }
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void quote_markdown(Text *out, const char *text) {
    char shown[5], before = ' ';
    text_add(out, "");
    while (*text) {
        step(&text, shown);
        bool inside = shown[0] == '_' && is_word(before) && before != '_' && is_word(*text) &&
                      *text != '_'; // tokens_per_s is no emphasis
        if (shown[0] == '\n' || shown[0] == '\t')
            memcpy(shown, " ", 2);
        else if (strchr("\\`*_{}[]<>#|~&!$", shown[0]) && !inside)
            text_add(out, "\\");
        text_add(out, shown);
        before = shown[0];
    }
}

void quote_markdown_code(Text *out, const char *text) {
    size_t fence = 3, run = 0;
    for (const char *c = text; *c; c++) {
        run = *c == '`' ? run + 1 : 0;
        fence = run >= fence ? run + 1 : fence;
    }
    for (size_t i = 0; i < fence; i++)
        text_add(out, "`");
    text_add(out, "\n");
    char shown[5] = "";
    while (*text) {
        step(&text, shown);
        text_add(out, shown);
    }
    text_add(out, shown[0] == '\n' ? "" : "\n");
    for (size_t i = 0; i < fence; i++)
        text_add(out, "`");
    text_add(out, "\n");
}

void quote_csv(Text *out, const char *text) {
    text_add(out, "");
    if (!text)
        return;
    bool formula = *text && strchr("=+-@\t\r\n", *text);
    size_t length = strlen(text);
    bool quoted = formula || strpbrk(text, ",\"\n\t") || *text == ' ' ||
                  (length > 0 && text[length - 1] == ' ');
    char shown[5];
    text_add(out, quoted ? "\"" : "");
    text_add(out, formula ? "'" : "");
    while (*text) {
        step(&text, shown);
        text_add(out, shown[0] == '"' ? "\"\"" : shown);
    }
    text_add(out, quoted ? "\"" : "");
}

void quote_line(Text *out, const char *text, int most) {
    char shown[5];
    text_add(out, "");
    for (int i = 0; *text; i++) {
        step(&text, shown);
        if (i + 1 >= most && *text) {
            text_add(out, "\xe2\x80\xa6");
            return;
        }
        text_add(out, shown[0] == '\n' || shown[0] == '\t' ? " " : shown);
    }
}

void quote_shell(Text *out, const char *text) {
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:@%+=,";
    if (*text && strspn(text, PLAIN) == strlen(text)) {
        text_add(out, text);
        return;
    }
    text_add(out, "'");
    for (; *text; text++) {
        if (*text == '\'')
            text_add(out, "'\\''");
        else
            text_add_n(out, text, 1);
    }
    text_add(out, "'");
}
