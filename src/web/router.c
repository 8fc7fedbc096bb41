/* SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include "core/mem.h"

#include "core/banned.h"

enum segment_kind { SEGMENT_LITERAL, SEGMENT_PLACE, SEGMENT_REST };

struct segment {
	enum segment_kind kind;
	struct str text; /* LITERAL: the word; PLACE: what it ends in, maybe empty */
};

struct node {
	struct segment segment;
	const struct view *get, *post;
	size_t n_children;
	struct node **child; /* literals first, then places with an ending, places, rest */
};

struct router {
	struct node root;
};

struct router *
router_new(void *mem)
{
	return mem_new(mem, struct router);
}

static struct segment
segment_read(struct str s)
{
	if (s.n == 0 || s.p[0] != '{')
		return (struct segment){ SEGMENT_LITERAL, s };
	size_t end = str_find(s, '}');
	xq_require(end > 1 && end < s.n);
	struct str name = str_n(s.p + 1, end - 1);
	if (str_ends(name, STR("...")))
		return (struct segment){ SEGMENT_REST, STR("") };
	return (struct segment){ SEGMENT_PLACE, str_n(s.p + end + 1, s.n - end - 1) };
}

static int
rank_of(const struct segment *s)
{
	return s->kind == SEGMENT_PLACE && s->text.n > 0 ? 1 : (int)s->kind * 2;
}

static struct node *
child_of(struct router *r, struct node *at, struct segment s)
{
	for (size_t i = 0; i < at->n_children; i++)
		if (at->child[i]->segment.kind == s.kind &&
			str_eq(at->child[i]->segment.text, s.text))
			return at->child[i];
	struct node *made = mem_new(r, struct node);
	made->segment = s;
	at->child = mem_grow(r, struct node *, at->child, at->n_children, at->n_children + 1);
	size_t i = at->n_children++;
	for (; i > 0 && rank_of(&at->child[i - 1]->segment) > rank_of(&s); i--)
		at->child[i] = at->child[i - 1];
	at->child[i] = made;
	return made;
}

void
router_add(struct router *r, const struct view *v)
{
	struct str rest = str_of(v->path), segment;
	xq_require(rest.n > 0 && rest.p[0] == '/');
	rest = str_n(rest.p + 1, rest.n - 1);
	struct node *at = &r->root;
	while (rest.n > 0 && str_cut(&rest, '/', &segment))
		at = child_of(r, at, segment_read(segment));
	if (v->render && !at->get)
		at->get = v;
	if ((v->act || v->post) && !at->post)
		at->post = v;
}

struct walk {
	struct route now, best;
	int literals, best_literals; /* best -1: nothing found yet */
};

static void
walk_end(struct walk *w, const struct node *at)
{
	if ((!at->get && !at->post) || w->literals <= w->best_literals)
		return;
	w->best = w->now;
	w->best.get = at->get;
	w->best.post = at->post;
	w->best_literals = w->literals;
}

static void
place_add(struct walk *w, struct str value)
{
	xq_require(w->now.n_places < 4);
	w->now.place[w->now.n_places++] = value;
}

static void walk_down(struct walk *w, const struct node *at, struct str rest);

static void
walk_child(struct walk *w, const struct node *child, struct str segment, struct str all,
	struct str rest)
{
	const struct segment *s = &child->segment;
	size_t places = w->now.n_places;
	int literals = w->literals;
	switch (s->kind) {
	case SEGMENT_LITERAL:
		if (!str_eq(s->text, segment))
			return;
		w->literals += 2;
		walk_down(w, child, rest);
		break;
	case SEGMENT_PLACE:
		if (segment.n <= s->text.n || !str_ends(segment, s->text))
			return;
		w->literals += s->text.n > 0; /* {month}.print before {month} */
		place_add(w, str_n(segment.p, segment.n - s->text.n));
		walk_down(w, child, rest);
		break;
	case SEGMENT_REST:
		if (all.n == 0)
			return;
		place_add(w, all);
		w->literals -= 1;
		walk_end(w, child);
		break;
	}
	w->now.n_places = places;
	w->literals = literals;
}

static void
walk_down(struct walk *w, const struct node *at, struct str rest)
{
	if (!rest.p) {
		walk_end(w, at);
		return;
	}
	struct str all = rest, segment;
	if (!str_cut(&rest, '/', &segment))
		segment = STR("");
	for (size_t i = 0; i < at->n_children; i++)
		walk_child(w, at->child[i], segment, all, rest);
}

bool
router_find(const struct router *r, struct str path, struct route *out)
{
	xq_require(path.n > 0 && path.p[0] == '/');
	struct walk w = { .best_literals = -2 };
	struct str rest = { path.p + 1, path.n - 1 };
	if (rest.n == 0)
		rest.p = NULL;
	walk_down(&w, &r->root, rest);
	if (w.best_literals == -2)
		return false;
	*out = w.best;
	return true;
}
