/* SPDX-License-Identifier: Apache-2.0 */
/* htmlc - compiles typed page templates to C; the language is described in README.md.
 *
 * It walks the HTML with a small tokenizer, so that it knows at each value whether it stands in
 * text, in an attribute or in a URL, and names that place in the C it writes. Types are checked by
 * the C compiler: #line directives make its messages point into the template.
 *
 *   htmlc --c FILE.html OUT.c         one template file to C
 *   htmlc --header OUT.h FILE.html…   prototypes of all templates
 */
#include "tool.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum where { IN_TEXT, IN_TAG, IN_VALUE };

/* Where the tokenizer stands. Branches of an {if} must end in the same place. */
struct place {
	enum where where;
	char quote;      /* IN_VALUE */
	bool closing;    /* IN_TAG of a closing tag */
	bool keep_space; /* inside pre or textarea */
	bool is_url;     /* IN_VALUE of href, src, action ... */
	bool url_start;  /* nothing literal stands in front of the next value yet */
	bool url_query;  /* the literal before ends with '=' */
	char tag[32];
	char attr[48]; /* IN_TAG: the name read so far */
};

enum block_kind { BLOCK_IF, BLOCK_FOR };

struct block {
	enum block_kind kind;
	int line;
	bool has_else, has_end;
	struct place open, end; /* end: where the finished branches ended */
};

#define MAX_DEPTH 32
#define MAX_PARAMS 8

struct compiler {
	struct file src;
	size_t at;
	int line;
	struct text out; /* C */
	struct text lit; /* literal HTML not yet written */
	struct place place;
	struct block block[MAX_DEPTH];
	size_t depth;
	bool in_template;
	bool after_block; /* the last thing was a block tag or a block directive */
	int space;        /* waiting white space: 0 none, 1 blank, 2 with a line break */
};

/* --- small helpers ------------------------------------------------------------------------- */

static void
complain(struct compiler *c, const char *what)
{
	fault(c->src.path, c->line, "%s", what);
}

static bool
one_of(const char *word, const char *list) /* list: " a b c " */
{
	char key[64];
	const int n = snprintf(key, sizeof key, " %s ", word);
	return n > 2 && (size_t)n < sizeof key && strstr(list, key) != NULL;
}

static bool
is_inline_tag(const char *tag)
{
	return one_of(tag,
		" a abbr b bdi br button cite code del dfn em i img input ins kbd label mark "
		"meter output progress q s samp select small span strong sub sup svg time u "
		"use var wbr ");
}

static bool
is_url_attr(const char *attr)
{
	return one_of(attr, " href src action formaction poster cite data hx-get hx-post hx-put "
			    "hx-delete hx-patch hx-push-url ");
}

static bool
is_name_char(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-' || ch == ':' || ch == '.' ||
	       ch == '!';
}

static char *
trimmed(const char *p, size_t n)
{
	while (n > 0 && isspace((unsigned char)*p))
		p++, n--;
	while (n > 0 && isspace((unsigned char)p[n - 1]))
		n--;
	return tool_copy(p, n);
}

/* Whether s starts with word as a whole word; *rest is what follows without blanks. */
static bool
word_is(const char *s, const char *word, const char **rest)
{
	const size_t n = strlen(word);
	if (strncmp(s, word, n) != 0 ||
		(s[n] != '\0' && !isspace((unsigned char)s[n]) && s[n] != '"'))
		return false;
	s += n;
	while (isspace((unsigned char)*s))
		s++;
	*rest = s;
	return true;
}

/* The end of a C string or character literal that starts at p; NULL when it does not end. */
static const char *
after_literal(const char *p)
{
	const char quote = *p++;
	while (*p != '\0' && *p != quote)
		p += (*p == '\\' && p[1] != '\0') ? 2 : 1;
	return *p == quote ? p + 1 : NULL;
}

/* The first stop character outside brackets and literals; NULL when there is none. */
static const char *
find_outside(const char *p, const char *stop)
{
	for (int depth = 0; *p != '\0';) {
		if (depth == 0 && strchr(stop, *p) != NULL)
			return p;
		if (*p == '"' || *p == '\'') {
			p = after_literal(p);
			if (p == NULL)
				return NULL;
			continue;
		}
		if (strchr("([{", *p) != NULL)
			depth++;
		else if (strchr(")]}", *p) != NULL)
			depth--;
		p++;
	}
	return NULL;
}

/* --- writing C ----------------------------------------------------------------------------- */

static void
flush(struct compiler *c)
{
	if (c->lit.n == 0)
		return;
	text_put(&c->out, "\thtml_raw(o, \"");
	text_c_escape(&c->out, c->lit.p, c->lit.n);
	text_printf(&c->out, "\", %zu);\n", c->lit.n);
	c->lit.n = 0;
}

static void
line_mark(struct compiler *c, int line)
{
	text_printf(&c->out, "#line %d \"", line);
	text_c_escape(&c->out, c->src.path, strlen(c->src.path));
	text_put(&c->out, "\"\n");
}

static const char *
place_name(struct compiler *c)
{
	const struct place *p = &c->place;
	if (p->where == IN_TAG) {
		complain(c, "a value may stand only in text or in a quoted attribute");
		return "HTML_TEXT";
	}
	if (p->where == IN_TEXT)
		return "HTML_TEXT";
	if (!p->is_url)
		return "HTML_ATTR";
	if (p->url_start)
		return "HTML_URL";
	return p->url_query ? "HTML_URL_QUERY" : "HTML_URL_PART";
}

/* --- white space --------------------------------------------------------------------------- */

/* Called before the next piece: a blank stays, a line break next to something block-like goes. */
static void
settle_space(struct compiler *c, bool next_is_block)
{
	if (c->space == 1 || (c->space == 2 && !c->after_block && !next_is_block))
		text_char(&c->lit, ' ');
	c->space = 0;
}

/* --- messages: {t "..." name:KIND(expr)} ---------------------------------------------------- */

static const char *
arg_field(const char *kind)
{
	if (strcmp(kind, "TEXT") == 0)
		return "text";
	return one_of(kind, " INT DAY TIME ") ? "i" : NULL;
}

/* One argument at *s, appended to args as a struct msg_arg; false on a fault. */
static bool
message_arg(const char **s, struct text *args)
{
	const char *colon = strchr(*s, ':');
	const char *open = colon ? strchr(colon, '(') : NULL;
	if (open == NULL)
		return false;
	const char *close = find_outside(open + 1, ")");
	const char *kind = trimmed(colon + 1, (size_t)(open - colon - 1));
	if (close == NULL || arg_field(kind) == NULL)
		return false;
	text_printf(args, "{ .name = \"%s\", .kind = MSG_ARG_%s, .%s = HTML_ARG_%s(%.*s) }, ",
		trimmed(*s, (size_t)(colon - *s)), kind, arg_field(kind), kind,
		(int)(close - open - 1), open + 1);
	*s = close + 1;
	while (isspace((unsigned char)**s))
		(*s)++;
	return true;
}

static void
message(struct compiler *c, const char *s)
{
	struct text id = { 0 }, args = { 0 };
	int n = 0;
	while (*s == '"') { /* adjacent literals join, as in C */
		const char *end = after_literal(s);
		if (end == NULL)
			break;
		text_add(&id, s, (size_t)(end - s));
		for (s = end; isspace((unsigned char)*s); s++)
			;
	}
	while (*s != '\0' && message_arg(&s, &args))
		n++;
	if (id.n == 0 || *s != '\0')
		complain(c, "expected {t \"text\" name:INT|DAY|TIME|TEXT(value) ...}");
	const char *where = place_name(c);
	if (c->place.is_url && c->place.where == IN_VALUE)
		complain(c, "a message cannot be a URL");
	if (n == 0)
		text_printf(
			&c->out, "\thtml_msg(o, %s, %s, NULL, 0);\n", where, id.n ? id.p : "\"\"");
	else
		text_printf(&c->out, "\thtml_msg(o, %s, %s, (const struct msg_arg[]){ %s}, %d);\n",
			where, id.n ? id.p : "\"\"", args.p, n);
}

/* --- blocks -------------------------------------------------------------------------------- */

static void
block_open(struct compiler *c, enum block_kind kind)
{
	if (c->place.where == IN_TAG)
		c->place.attr[0] = '\0'; /* an attribute without value ends here */
	if (c->depth == MAX_DEPTH)
		die("%s:%d: blocks are nested too deep", c->src.path, c->line);
	c->block[c->depth++] = (struct block){ .kind = kind, .line = c->line, .open = c->place };
}

/* A branch of the innermost block ends here; the next one starts where the block started. */
static void
branch_close(struct compiler *c, struct block *b)
{
	struct place *p = &c->place;
	if (p->where == IN_TAG)
		p->attr[0] = '\0';
	if (p->where != b->open.where || p->quote != b->open.quote ||
		strcmp(p->attr, b->open.attr) != 0)
		complain(c, "branches of a block must end in the same place of the tag or text");
	/* The next value is checked as the start of a URL if any way leads there without a literal. */
	const bool start = p->url_start || (b->has_end && b->end.url_start);
	const bool query = p->url_query && (!b->has_end || b->end.url_query);
	b->end = *p;
	b->end.url_start = start;
	b->end.url_query = query;
	b->has_end = true;
}

static void
block_else(struct compiler *c, const char *rest)
{
	struct block *b = c->depth > 0 ? &c->block[c->depth - 1] : NULL;
	if (b == NULL || b->kind != BLOCK_IF || b->has_else) {
		complain(c, "{else} without its {if}");
		return;
	}
	branch_close(c, b);
	c->place = b->open;
	if (word_is(rest, "if", &rest)) {
		text_printf(&c->out, "\t} else if (%s) {\n", rest);
		return;
	}
	if (*rest != '\0')
		complain(c, "expected {else} or {else if condition}");
	b->has_else = true;
	text_put(&c->out, "\t} else {\n");
}

static void
block_end(struct compiler *c)
{
	if (c->depth == 0) {
		complain(c, "{end} without {if} or {for}");
		return;
	}
	struct block *b = &c->block[c->depth - 1];
	branch_close(c, b);
	if (!b->has_else) { /* there is also the way round the block */
		c->place = b->open;
		branch_close(c, b);
	}
	c->place = b->end;
	c->depth--;
	text_put(&c->out, "\t}\n");
}

static void
for_open(struct compiler *c, const char *rest)
{
	const char *colon = strchr(rest, ':');
	if (colon == NULL) {
		complain(c, "expected {for i : count}");
		return;
	}
	const char *i = trimmed(rest, (size_t)(colon - rest));
	text_printf(&c->out, "\tfor (size_t %s = 0; %s < (%s); %s++) {\n", i, i, colon + 1, i);
	block_open(c, BLOCK_FOR);
}

static void
let(struct compiler *c, const char *rest)
{
	const char *eq = find_outside(rest, "=");
	if (eq == NULL)
		complain(c, "expected {let type name = value}");
	text_printf(&c->out, "\t%s%s;\n", strncmp(rest, "const ", 6) == 0 ? "" : "const ", rest);
}

static void
call(struct compiler *c, const char *rest)
{
	const char *open = strchr(rest, '(');
	const size_t n = strlen(rest);
	if (open == NULL || rest[n - 1] != ')') {
		complain(c, "expected {call template(arguments)}");
		return;
	}
	if (c->place.where != IN_TEXT)
		complain(c, "{call} may stand only in text");
	const char *args = trimmed(open + 1, n - (size_t)(open - rest) - 2);
	text_printf(&c->out, "\t%.*s(o%s%s);\n", (int)(open - rest), rest, *args ? ", " : "", args);
}

/* --- templates ----------------------------------------------------------------------------- */

struct proto {
	const char *name;
	const char *param[MAX_PARAMS];
	size_t n;
};

/* "struct row *r": pointers to our structs are read-only in a template. */
static const char *
as_const(const char *param)
{
	const bool add = strchr(param, '*') != NULL && strncmp(param, "const ", 6) != 0;
	return tool_text("%s%s", add ? "const " : "", param);
}

static bool
proto_read(const char *rest, struct proto *out)
{
	const char *open = strchr(rest, '(');
	const size_t n = strlen(rest);
	if (open == NULL || rest[n - 1] != ')')
		return false;
	*out = (struct proto){ .name = trimmed(rest, (size_t)(open - rest)) };
	const char *p = trimmed(open + 1, n - (size_t)(open - rest) - 2);
	while (*p != '\0' && out->n < MAX_PARAMS) {
		const char *comma = find_outside(p, ",");
		const size_t len = comma ? (size_t)(comma - p) : strlen(p);
		const char *param = trimmed(p, len);
		if (strncmp(param, "enum ", 5) == 0) /* templates.h cannot declare it in advance */
			return false;
		out->param[out->n++] = as_const(param);
		p += len + (comma ? 1 : 0);
	}
	return true;
}

static void
proto_put(struct text *t, const struct proto *p)
{
	text_printf(t, "void %s(struct html_out *o", p->name);
	for (size_t i = 0; i < p->n; i++)
		text_printf(t, ", %s", p->param[i]);
	text_put(t, ")");
}

static const char *
param_name(const char *param)
{
	size_t n = strlen(param);
	while (n > 0 && (isalnum((unsigned char)param[n - 1]) || param[n - 1] == '_'))
		n--;
	return param + n;
}

static void
template_close(struct compiler *c)
{
	if (!c->in_template)
		return;
	settle_space(c, true);
	flush(c);
	if (c->depth > 0)
		fault(c->src.path, c->block[c->depth - 1].line, "this block has no {end}");
	if (c->place.where != IN_TEXT)
		complain(c, "the template ends inside a tag");
	text_put(&c->out, "}\n");
	c->depth = 0;
	c->in_template = false;
}

static void
template_open(struct compiler *c, const char *rest)
{
	struct proto proto;
	template_close(c);
	if (!proto_read(rest, &proto)) {
		complain(c, "expected {template name(type parameter, ...)}; pass an enum as int");
		proto = (struct proto){ .name = "bad" };
	}
	text_put(&c->out, "\n");
	line_mark(c, c->line);
	proto_put(&c->out, &proto);
	text_put(&c->out, "\n{\n");
	for (size_t i = 0; i < proto.n; i++)
		text_printf(&c->out, "\t(void)%s;\n", param_name(proto.param[i]));
	c->in_template = true;
	c->place = (struct place){ 0 };
	c->after_block = true;
	c->space = 0;
}

/* --- one directive ------------------------------------------------------------------------- */

/* The text between the braces at c->at; moves behind them. NULL when it does not end. */
static char *
directive_read(struct compiler *c)
{
	const char *start = c->src.p + c->at + 1;
	const char *end = find_outside(start, "}");
	if (end == NULL) {
		complain(c, "this { has no }; write {{ for the character");
		c->at = c->src.n;
		return NULL;
	}
	c->at = (size_t)(end + 1 - c->src.p);
	return trimmed(start, (size_t)(end - start));
}

static int
lines_in(const char *p, size_t n)
{
	int lines = 0;
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

/* Values are part of the running text; all other directives stand between things. */
static bool
is_value(const char *s)
{
	static const char *const words[] = { "if", "else", "for", "end", "let", "call", "include",
		"template" };
	const char *rest;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (word_is(s, words[i], &rest))
			return false;
	return true;
}

static void
value(struct compiler *c, const char *s)
{
	const char *rest;
	if (word_is(s, "t", &rest)) {
		message(c, rest);
	} else if (word_is(s, "msg", &rest)) {
		text_printf(&c->out, "\thtml_msg(o, %s, (%s), NULL, 0);\n", place_name(c), rest);
	} else if (word_is(s, "icon", &rest)) {
		if (c->place.where != IN_TEXT)
			complain(c, "{icon} may stand only in text");
		text_printf(&c->out, "\thtml_icon(o, %s);\n", rest);
	} else {
		text_printf(&c->out, "\tHTML_PUT(o, %s, (%s));\n", place_name(c), s);
	}
}

static void
statement(struct compiler *c, const char *s)
{
	const char *rest;
	if (word_is(s, "if", &rest)) {
		text_printf(&c->out, "\tif (%s) {\n", rest);
		block_open(c, BLOCK_IF);
	} else if (word_is(s, "else", &rest)) {
		block_else(c, rest);
	} else if (word_is(s, "for", &rest)) {
		for_open(c, rest);
	} else if (word_is(s, "end", &rest)) {
		block_end(c);
	} else if (word_is(s, "let", &rest)) {
		let(c, rest);
	} else if (word_is(s, "call", &rest)) {
		call(c, rest);
	}
}

static void
directive(struct compiler *c)
{
	const size_t from = c->at;
	const char *s = directive_read(c);
	const char *rest;
	if (s == NULL)
		return;
	if (word_is(s, "include", &rest)) {
		text_printf(&c->out, "#include %s\n", rest);
		if (c->in_template)
			complain(c, "{include} stands before the first {template}");
	} else if (word_is(s, "template", &rest)) {
		template_open(c, rest);
	} else if (!c->in_template) {
		complain(c, "this stands outside a template");
	} else {
		const bool is_block = !is_value(s);
		if (c->place.where == IN_TEXT)
			settle_space(c, is_block);
		flush(c);
		line_mark(c, c->line);
		if (is_block)
			statement(c, s);
		else
			value(c, s);
		c->after_block = is_block;
	}
	c->line += lines_in(c->src.p + from, c->at - from);
}

/* --- literal HTML -------------------------------------------------------------------------- */

static void
attr_check(struct compiler *c)
{
	const char *a = c->place.attr;
	if (strcmp(a, "style") == 0)
		complain(c,
			"style attributes are blocked by the content security policy; use a class");
	if ((a[0] == 'o' && a[1] == 'n') || strncmp(a, "hx-on", 5) == 0)
		complain(c, "event attributes are blocked by the content security policy");
	if (one_of(a, " srcdoc srcset background "))
		complain(c, "this attribute is not used here");
}

static void
tag_start(struct compiler *c)
{
	const char *p = c->src.p + c->at + 1;
	struct place *pl = &c->place;
	const bool closing = *p == '/';
	size_t n = 0;
	p += closing;
	while (is_name_char(p[n]) && n < sizeof pl->tag - 1) {
		pl->tag[n] = (char)tolower((unsigned char)p[n]);
		n++;
	}
	pl->tag[n] = '\0';
	if (n == 0 || strncmp(p, "!--", 3) == 0)
		complain(
			c, n == 0 ? "write &lt; for the character" : "write comments as {# ... #}");
	if (one_of(pl->tag, " style iframe object embed base applet frame "))
		complain(c, "this element is blocked by the content security policy");
	const bool is_block = !is_inline_tag(pl->tag);
	settle_space(c, is_block);
	text_printf(&c->lit, "<%s%s", closing ? "/" : "", pl->tag);
	if (n > 0 && pl->tag[0] == '!') /* doctype keeps its spelling */
		c->lit.n -= n, text_add(&c->lit, p, n);
	c->at += 1 + (size_t)closing + n;
	pl->where = IN_TAG;
	pl->closing = closing;
	pl->attr[0] = '\0';
	c->after_block = is_block;
}

static void
tag_end(struct compiler *c)
{
	struct place *p = &c->place;
	while (c->lit.n > 0 && c->lit.p[c->lit.n - 1] == ' ')
		c->lit.n--;
	text_char(&c->lit, '>');
	c->at++;
	if (one_of(p->tag, " pre textarea "))
		p->keep_space = !p->closing;
	if (strcmp(p->tag, "script") == 0 && !p->closing &&
		strncmp(c->src.p + c->at, "</script>", 9) != 0)
		complain(c, "inline script is blocked by the content security policy; use src");
	p->where = IN_TEXT;
	p->attr[0] = '\0';
}

static void
value_start(struct compiler *c)
{
	struct place *p = &c->place;
	const char quote = c->src.p[c->at + 1];
	if (p->attr[0] == '\0')
		complain(c, "this = has no attribute name");
	attr_check(c);
	if (quote != '"' && quote != '\'') {
		complain(c, "attribute values must be quoted");
		c->at++;
		return;
	}
	text_add(&c->lit, c->src.p + c->at, 2);
	c->at += 2;
	p->where = IN_VALUE;
	p->quote = quote;
	p->is_url = is_url_attr(p->attr);
	p->url_start = true;
	p->url_query = false;
}

static void
tag_char(struct compiler *c)
{
	struct place *p = &c->place;
	const char ch = c->src.p[c->at];
	if (ch == '>') {
		tag_end(c);
		return;
	}
	if (ch == '=') {
		value_start(c);
		return;
	}
	if (isspace((unsigned char)ch) || ch == '/') {
		if (!isspace((unsigned char)ch))
			text_char(&c->lit, ch);
		else if (c->lit.n == 0 || c->lit.p[c->lit.n - 1] != ' ')
			text_char(&c->lit, ' ');
		p->attr[0] = '\0';
	} else {
		const size_t n = strlen(p->attr);
		if (n + 1 < sizeof p->attr) {
			p->attr[n] = (char)tolower((unsigned char)ch);
			p->attr[n + 1] = '\0';
		}
		text_char(&c->lit, ch);
	}
	c->at++;
}

static void
value_char(struct compiler *c)
{
	struct place *p = &c->place;
	const char ch = c->src.p[c->at++];
	if (ch == p->quote) {
		p->where = IN_TAG;
		p->attr[0] = '\0';
		p->quote = '\0';
		p->is_url = p->url_start = p->url_query = false;
		text_char(&c->lit, ch);
		return;
	}
	text_char(&c->lit, isspace((unsigned char)ch) ? ' ' : ch);
	p->url_start = false;
	p->url_query = ch == '=' || (p->url_query && ch != '&' && ch != '#');
}

static void
text_piece(struct compiler *c)
{
	const char ch = c->src.p[c->at];
	if (isspace((unsigned char)ch) && !c->place.keep_space) {
		c->space = ch == '\n' ? 2 : c->space == 2 ? 2 : 1;
		c->at++;
	} else if (ch == '<') {
		tag_start(c);
	} else {
		settle_space(c, false);
		c->after_block = false;
		text_char(&c->lit, ch);
		c->at++;
	}
}

static void
literal(struct compiler *c)
{
	const char ch = c->src.p[c->at];
	if (!c->in_template) {
		if (!isspace((unsigned char)ch))
			die("%s:%d: this stands outside a template", c->src.path, c->line);
		c->at++;
	} else if (c->place.where == IN_TEXT) {
		text_piece(c);
	} else if (c->place.where == IN_TAG) {
		tag_char(c);
	} else {
		value_char(c);
	}
	c->line += ch == '\n';
}

static bool
skip_comment(struct compiler *c)
{
	const char *p = c->src.p + c->at;
	if (p[0] != '{' || p[1] != '#')
		return false;
	const char *end = strstr(p, "#}");
	if (end == NULL)
		die("%s:%d: this comment has no end", c->src.path, c->line);
	c->line += lines_in(p, (size_t)(end - p));
	c->at += (size_t)(end - p) + 2;
	return true;
}

/* "{{" is a brace in the page. */
static bool
skip_brace(struct compiler *c)
{
	if (c->src.p[c->at] != '{' || c->src.p[c->at + 1] != '{')
		return false;
	if (c->place.where == IN_TEXT)
		settle_space(c, false);
	c->after_block = false;
	text_char(&c->lit, '{');
	c->at += 2;
	return true;
}

static void
compile(struct compiler *c)
{
	text_printf(&c->out,
		"/* Made by htmlc from %s; do not edit. */\n"
		"#include \"templates.h\"\n\n#include \"web/html_short.h\"\n\n",
		c->src.path);
	while (c->at < c->src.n) {
		if (skip_comment(c) || skip_brace(c))
			continue;
		if (c->src.p[c->at] == '{')
			directive(c);
		else
			literal(c);
	}
	template_close(c);
}

/* --- the header of all templates ------------------------------------------------------------ */

struct header {
	struct text structs, protos;
};

/* templates.h names structs only by pointer, so that it includes no module. */
static void
forward_structs(struct text *t, const struct proto *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *s = strstr(p->param[i], "struct ");
		if (s == NULL)
			continue;
		size_t n = strlen("struct ");
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
		const char *line = tool_text("%.*s;\n", (int)n, s);
		if (t->n == 0 || strstr(t->p, line) == NULL)
			text_put(t, line);
	}
}

static void
header_add(struct header *h, const char *path)
{
	struct compiler c = { .src = file_read(path), .line = 1 };
	while (c.at < c.src.n) {
		const char *rest;
		struct proto p;
		if (skip_comment(&c) || skip_brace(&c))
			continue;
		if (c.src.p[c.at] != '{') {
			c.line += c.src.p[c.at++] == '\n';
			continue;
		}
		const size_t from = c.at;
		const char *s = directive_read(&c);
		if (s != NULL && word_is(s, "template", &rest) && proto_read(rest, &p)) {
			forward_structs(&h->structs, &p);
			proto_put(&h->protos, &p);
			text_printf(&h->protos, "; /* %s:%d */\n",
				strrchr(path, '/') ? strrchr(path, '/') + 1 : path, c.line);
		}
		c.line += lines_in(c.src.p + from, c.at - from);
	}
}

static void
write_header(const char *out, char **path, int n)
{
	struct header h = { 0 };
	for (int i = 0; i < n; i++)
		header_add(&h, path[i]);
	struct text t = { 0 };
	text_printf(&t,
		"/* Made by htmlc; do not edit. All page templates. */\n"
		"#ifndef XQ_TEMPLATES_H\n#define XQ_TEMPLATES_H\n\n#include \"web/html.h\"\n\n%s\n%s\n#endif\n",
		h.structs.n ? h.structs.p : "", h.protos.n ? h.protos.p : "");
	if (fault_count() == 0)
		file_write(out, &t);
}

int
main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "--header") == 0) {
		write_header(argv[2], argv + 3, argc - 3);
	} else if (argc == 4 && strcmp(argv[1], "--c") == 0) {
		struct compiler *c = tool_alloc(sizeof *c);
		c->src = file_read(argv[2]);
		c->line = 1;
		compile(c);
		if (fault_count() == 0)
			file_write(argv[3], &c->out);
	} else {
		die("usage: htmlc --c FILE.html OUT.c | htmlc --header OUT.h FILE.html...");
	}
	return fault_count() > 0 ? 1 : 0;
}
