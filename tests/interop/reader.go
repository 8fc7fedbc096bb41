// SPDX-License-Identifier: Apache-2.0

// reader reads an export of the public record with somebody else's code: the notes and the tiles of Go's own
// checksum database (golang.org/x/mod/sumdb). Nothing of Xinqiao takes part.
//
//	reader FOLDER VKEY...
//
// It opens every checkpoint with the keys, proves and checks each entry in the newest tree, and proves that
// each kept checkpoint is a beginning of it.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type tiles struct{ folder string }

func (t tiles) Height() int { return height }

// ReadTiles: Go writes tile/8/0/001, the specification without the height.
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error, what string) {
	if err != nil {
		fmt.Printf("wrong: %s: %v\n", what, err)
		os.Exit(1)
	}
}

func checkpoint(path string, keys note.Verifiers) tlog.Tree {
	data, err := os.ReadFile(path)
	must(err, path)
	opened, err := note.Open(data, keys)
	must(err, path)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, path)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err, path)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: height, L: -1, N: n, W: int(min(256, size-n*256))}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		must(err, path)
		for len(data) > 1 {
			length := int(data[0])<<8 | int(data[1])
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func main() {
	folder := os.Args[1]
	var known []note.Verifier
	for _, vkey := range os.Args[2:] {
		key, err := note.NewVerifier(vkey)
		must(err, vkey)
		known = append(known, key)
	}
	keys := note.VerifierList(known...)
	tree := checkpoint(filepath.Join(folder, "checkpoint"), keys)
	reader := tlog.TileHashReader(tree, tiles{folder})
	all := entries(folder, tree.N)
	for seq, data := range all {
		proof, err := tlog.ProveRecord(tree.N, int64(seq), reader)
		must(err, fmt.Sprintf("proof of entry %d", seq))
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(seq), tlog.RecordHash(data)),
			fmt.Sprintf("entry %d", seq))
	}
	kept, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	must(err, "checkpoints")
	for _, path := range kept {
		old := checkpoint(path, keys)
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		must(err, path)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash), path)
	}
	fmt.Printf("right: %d entries, %d kept checkpoints\n", len(all), len(kept))
}
