-- SPDX-License-Identifier: Apache-2.0
-- Five years of sittings before today: 40 receivers, three sittings a week of three receivers, 20 people in each
-- register, every second of them with a concern of the office. Rows alone, without events: for measuring pages.
PRAGMA foreign_keys = OFF;
BEGIN;
INSERT INTO receiver (office, no, ver, name, public_title, role, is_active)
 WITH RECURSIVE k(i) AS (SELECT 101 UNION ALL SELECT i + 1 FROM k WHERE i < 140)
 SELECT 1, i, 1, 'r' || i, 't', 'office', 1 FROM k;
INSERT INTO roster_slot (office, no, ver, week, day, moved_from, start_min, end_min, venue_no, receiver_no, state,
  is_off_hours, is_provisional, ref, last_seq, makes_up)
 WITH RECURSIVE w(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM w WHERE i < 260),
  d(k) AS (VALUES (0), (2), (4)), p(s) AS (VALUES (0), (1), (2))
 SELECT 1, 1000000 + i * 9 + k / 2 * 3 + s, 1, 202601,
  CAST(strftime('%Y%m%d', 'now', '-' || (i * 7 - k) || ' days') AS integer), 0, 840, 990, 1,
  101 + (i * 9 + k / 2 * 3 + s) % 40, CASE WHEN (i + k + s) % 17 = 0 THEN 3 ELSE 2 END, 0, 0,
  'r-bench' || i || '-' || k || '-' || s, 0, NULL FROM w, d, p;
INSERT INTO sitting_end (office, slot_no, at, person_id, visitors, concerns, why, words, note)
 SELECT 1, no, 0, 0, CASE WHEN state = 2 THEN 20 ELSE 0 END, CASE WHEN state = 2 THEN 10 ELSE 0 END,
  CASE WHEN state = 2 THEN '' ELSE 'duty' END, '', '' FROM roster_slot WHERE no > 1000000;
INSERT INTO sitting_entry (office, no, slot_no, at, by_id, kind, concern_id, asked, told, people, documents,
  n_documents, read_back)
 WITH RECURSIVE e(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM e WHERE i < 19)
 SELECT 1, s.no * 20 + i, s.no, 0, 1, i % 2,
  CASE WHEN i % 2 = 0 THEN (s.no - 1000000) * 10 + i / 2 + 1 END, '', '', 1, '', 0, 'read'
  FROM roster_slot s, e WHERE s.no > 1000000 AND s.state = 2;
COMMIT;
