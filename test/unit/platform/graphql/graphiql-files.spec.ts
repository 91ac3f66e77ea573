import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = 'assets/graphiql';
const vendored = `${folder}/vendor`;
const page = readFileSync(`${folder}/index.html`, 'utf8');
const rows = readFileSync(`${vendored}/README.md`, 'utf8').matchAll(
  /^\| `(?<file>[^`]+)` \|.*\| `(?<digest>[0-9a-f]{64})` \|$/gm,
);
const digests = Object.fromEntries([...rows].map(([, file, digest]) => [file, digest]));

describe('the files of other projects', () => {
  it('are those that the README names, with these checksums', () => {
    const files = readdirSync(vendored).filter((name) => /\.(js|css)$/.test(name));
    const found = files.map((name) => {
      const bytes = readFileSync(`${vendored}/${name}`);
      return [name, createHash('sha256').update(bytes).digest('hex')];
    });
    expect(Object.fromEntries(found)).toEqual(digests);
    expect(files).toHaveLength(4);
  });

  it('have the licences that the README names', () => {
    const text = readFileSync(`${vendored}/README.md`, 'utf8');
    const named = new Set([...text.matchAll(/`(LICENSE-[\w-]+)`/g)].map(([, name = '']) => name));
    const present = readdirSync(vendored).filter((name) => name.startsWith('LICENSE'));
    expect(present.toSorted()).toEqual([...named].toSorted());
  });
});

describe('the page', () => {
  it('has no script and no style of its own, and names files of this origin alone', () => {
    expect(page).not.toMatch(/<style|style=|\son\w+=|https?:|\/\/\w/);
    expect(page.match(/<script/g)).toHaveLength(page.match(/<script[^>]* src="\/docs\//g)!.length);
  });

  it('is in the image', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toContain('\nCOPY assets ./assets\n');
    expect(readFileSync('.dockerignore', 'utf8')).toContain('\n!assets\n');
  });
});
