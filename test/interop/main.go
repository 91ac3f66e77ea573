// Command interop reads the transparency log of a running gateway with the code of Go's checksum
// database, and checks all of it: the signature of its checkpoint, every tile, every entry, and the
// proofs that the gateway makes itself. Or it opens a single note, and prints what is signed there.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height      = 8
	bundleWidth = 1 << height
)

func main() {
	base := flag.String("url", "", "address of the gateway")
	headerFile := flag.String("header", "", "file with the header field that carries the token")
	vkey := flag.String("key", "", "verifier key of the log")
	older := flag.String("older", "", "file with a checkpoint that was kept before")
	single := flag.String("note", "", "file with a signed note that is to be opened, and nothing else")
	flag.Parse()
	if *single != "" {
		if err := open(*single, *vkey); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(*base, *headerFile, *vkey, *older); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(base, headerFile, vkey, older string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("the key: %w", err)
	}
	header, err := os.ReadFile(headerFile)
	if err != nil {
		return err
	}
	name, value, _ := strings.Cut(strings.TrimSpace(string(header)), ":")
	g := &gateway{base: base + "/v1/audit/", name: name, value: strings.TrimSpace(value)}
	signed, err := g.get("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, g)
	if err := g.checkEntries(tree, hashes); err != nil {
		return err
	}
	if err := g.checkGrowth(older, tree, hashes, verifier); err != nil {
		return err
	}
	if err := g.checkProof(verifier); err != nil {
		return err
	}
	fmt.Printf("%d entries, %d tiles\n", tree.N, len(g.tiles))
	return nil
}

func open(file, vkey string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("the key: %w", err)
	}
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	fmt.Print(opened.Text)
	return nil
}

// A gateway, whose tiles are checked by whoever reads them.
type gateway struct {
	base, name, value string
	tiles             map[string]bool
}

var client = &http.Client{Timeout: 30 * time.Second}

func (g *gateway) get(path string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, g.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set(g.name, g.value)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s was answered %s: %s", path, response.Status, body)
	}
	return body, nil
}

func (g *gateway) Height() int { return height }

func (g *gateway) SaveTiles([]tlog.Tile, [][]byte) {}

func (g *gateway) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	if g.tiles == nil {
		g.tiles = map[string]bool{}
	}
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := pathOf(tile)
		data, err := g.get(path)
		if err != nil {
			return nil, err
		}
		g.tiles[path] = true
		all[i] = data
	}
	return all, nil
}

// The path of https://c2sp.org/tlog-tiles, which leaves the height out that Go's path has.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	if rest, found := strings.CutPrefix(path, "data/"); found {
		return "tile/entries/" + rest
	}
	return "tile/" + path
}

func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("the checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the checkpoint has other lines: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// Every entry of every bundle hashes to what the authenticated tiles say.
func (g *gateway) checkEntries(tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += bundleWidth {
		width := min(bundleWidth, tree.N-first)
		bundle, err := g.get(pathOf(tlog.Tile{H: height, L: -1, N: first / bundleWidth, W: int(width)}))
		if err != nil {
			return err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		wanted, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i := range width {
			entry, rest, err := nextEntry(bundle)
			if err != nil {
				return fmt.Errorf("entry %d: %w", first+i, err)
			}
			bundle = rest
			if tlog.RecordHash(entry) != wanted[i] {
				return fmt.Errorf("entry %d is not the one in the tree", first+i)
			}
			if err := checkEvent(entry); err != nil {
				return fmt.Errorf("entry %d: %w", first+i, err)
			}
		}
		if len(bundle) > 0 {
			return fmt.Errorf("the bundle of entry %d has more than it should", first)
		}
	}
	return nil
}

func nextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, errors.New("the bundle ends before it")
	}
	length := int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < 2+length {
		return nil, nil, errors.New("the bundle ends within it")
	}
	return bundle[2 : 2+length], bundle[2+length:], nil
}

func checkEvent(entry []byte) error {
	var event struct {
		Kind       string `json:"kind"`
		APIVersion string `json:"apiVersion"`
		AuditID    string `json:"auditID"`
	}
	if err := json.Unmarshal(entry, &event); err != nil {
		return err
	}
	if event.Kind != "Event" || event.APIVersion != "audit.k8s.io/v1" || event.AuditID == "" {
		return errors.New("it is no audit event of Kubernetes")
	}
	return nil
}

// The checkpoint that was kept is of a beginning of the log: by our proof and by the gateway's.
func (g *gateway) checkGrowth(
	file string, tree tlog.Tree, hashes tlog.HashReader, verifier note.Verifier,
) error {
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	older, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("what was kept is no beginning of it: %w", err)
	}
	var answer struct {
		Hashes []string `json:"hashes"`
	}
	if err := g.json(fmt.Sprintf("proof?from=%d&to=%d", older.N, tree.N), &answer); err != nil {
		return err
	}
	theirs, err := parseHashes(answer.Hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(theirs, tree.N, tree.Hash, older.N, older.Hash)
}

// The gateway's own proof of the first event holds.
func (g *gateway) checkProof(verifier note.Verifier) error {
	var answer struct {
		Checkpoint string `json:"checkpoint"`
		Items      []struct {
			LeafIndex int64    `json:"leafIndex"`
			Entry     []byte   `json:"entry"`
			Hashes    []string `json:"hashes"`
		} `json:"items"`
	}
	if err := g.json("events/0/proof", &answer); err != nil {
		return err
	}
	tree, err := openCheckpoint([]byte(answer.Checkpoint), verifier)
	if err != nil {
		return err
	}
	for _, item := range answer.Items {
		hashes, err := parseHashes(item.Hashes)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(item.Entry)
		if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, item.LeafIndex, leaf); err != nil {
			return fmt.Errorf("the proof of entry %d: %w", item.LeafIndex, err)
		}
	}
	return nil
}

func (g *gateway) json(path string, into any) error {
	body, err := g.get(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func parseHashes(encoded []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(encoded))
	for i, text := range encoded {
		bytes, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(bytes) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d is none: %q", i, text)
		}
		hashes[i] = tlog.Hash(bytes)
	}
	return hashes, nil
}
