/* SPDX-License-Identifier: Apache-2.0 */
/* resident_qr.c - a QR code as one SVG path: runs of dark modules, the quiet zone of four inside the
 * picture, so that no style sheet can take it away. */
#include "concern/resident.h"

#include <qrencode.h>

#include "core/banned.h"

enum { QUIET = 4 };

static void
put_runs(struct buf *b, const QRcode *qr)
{
	for (int y = 0; y < qr->width; y++)
		for (int x = 0; x < qr->width;) {
			int from = x;
			while (x < qr->width && (qr->data[y * qr->width + x] & 1))
				x++;
			if (x > from)
				buf_printf(b, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from,
					x - from);
			else
				x++;
		}
}

/* label: for those who do not see it, in the reader's words. n 0: the text is too long for a code. */
struct html
qr_svg(void *mem, const char *text, const char *label)
{
	QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!qr)
		return (struct html){ "", 0 };
	struct html_out o = html_new(mem, LANG_ZH, TZ_CHINA);
	int side = qr->width + 2 * QUIET;
	buf_printf(&o.b,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" shape-rendering=\"crispEdges\" aria-label=\"",
		side, side);
	html_put_text(&o, HTML_ATTR, label);
	buf_printf(&o.b, "\"><path fill=\"#FFF\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
		side, side);
	put_runs(&o.b, qr);
	buf_text(&o.b, "\"/></svg>");
	QRcode_free(qr);
	return html_view(&o);
}
