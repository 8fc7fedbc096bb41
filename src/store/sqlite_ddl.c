/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_ddl.c - migrations as SQLite wants them: strict tables, and what its planner should believe. */
#include "store/sqlite_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
sqlite_ddl(struct tx *tx, struct str statement, const struct table_decl *t, struct xq_err *err)
{
	void *mem = mem_root("store.ddl");
	struct buf b = buf_new(mem, statement.n + 32);
	buf_str(&b, statement);
	if (t)
		buf_text(&b, t->clustered ? " STRICT, WITHOUT ROWID" : " STRICT");
	enum xq_rc rc = sqlite_script(tx, b.p, err);
	mem_free(mem);
	return rc;
}

const char *
sqlite_own_ddl(const struct migration *m)
{
	return m->sqlite_only;
}

/* ---- what the planner should believe ------------------------------------------------------------------ */

/* Without figures SQLite takes "office = ?" for a narrow condition and walks the primary key through
 * all of history. Measured ones would make plans depend on when somebody counted, so each index is
 * declared as what it will be: a million rows of one office, two thousand in a partial index, few for
 * each further column. The same plans on the first day and at a million concerns. And it is one of three
 * hundred offices: were it the only one, a small table would be walked through with the rows of all. */
static const char nominal_stats[] =
	"ANALYZE sqlite_schema;\n" /* makes the table sqlite_stat1 */
	"DELETE FROM sqlite_stat1;\n"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat)"
	" SELECT tbl, idx, (rows * 300) || ' ' || rows ||"
	"  CASE WHEN is_unique THEN substr(' 20 5 2 1 1 1', 1, CASE n WHEN 1 THEN 0 WHEN 2 THEN 0"
	"   WHEN 3 THEN 3 WHEN 4 THEN 5 WHEN 5 THEN 7 ELSE 9 END) || CASE n WHEN 1 THEN '' ELSE ' 1' END"
	"  ELSE substr(' 20 5 2 1 1 1', 1, CASE n WHEN 1 THEN 0 WHEN 2 THEN 3 WHEN 3 THEN 5"
	"   WHEN 4 THEN 7 WHEN 5 THEN 9 ELSE 11 END) END"
	" FROM (SELECT m.name AS tbl,"
	"   CASE WHEN l.origin = 'pk' AND m.sql LIKE '%WITHOUT ROWID%' THEN m.name ELSE l.name END AS idx,"
	"   CASE WHEN l.partial THEN 2000 ELSE 1000000 END AS rows, l.\"unique\" AS is_unique,"
	"   (SELECT count(*) FROM pragma_index_info(l.name)) AS n"
	"  FROM sqlite_schema m JOIN pragma_index_list(m.name) l"
	"  WHERE m.type = 'table' AND (SELECT i.name FROM pragma_index_info(l.name) i"
	"   WHERE i.seqno = 0) = 'office');\n"
	"ANALYZE sqlite_schema"; /* reads it */

enum xq_rc
sqlite_migrated(struct db *db, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_write(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = store_script(tx, nominal_stats, err);
	return tx_finish(tx, rc, err);
}
