/* SPDX-License-Identifier: Apache-2.0 */
/* about_page.h - the public record in plain words, for whoever wants to check it; and its poster for the hall.
 *
 * For:       /record, /record.print; the templates of about.html
 * May call:  record/, office/desk.h, concern/resident.h
 * Called by: record/public_module.c
 * Owns:      nothing
 * Threads:   views, any reader
 * Source:    ledger.md 5.4, 5.6, 9; product.md principle 4
 */
#ifndef XQ_RECORD_ABOUT_PAGE_H
#define XQ_RECORD_ABOUT_PAGE_H

#include "ledger/tree.h"
#include "office/desk.h"

struct about_witness {
	const char *name, *words; /* words: what it signed last */
};

struct about_page {
	const char *office, *origin, *vkey, *address; /* address: of this page, as typed */
	struct html key_qr, page_qr;
	bool is_signed;
	const char *entries, *signed_at, *root;
	const char *checkpoint_href, *log_href;
	const char *command, *program; /* what a stranger types */
	struct about_witness *witness;
	size_t n_witnesses;
	const char *phone;
};

extern const struct view about_view, about_print_view;

#endif
