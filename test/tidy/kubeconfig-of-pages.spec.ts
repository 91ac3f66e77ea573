import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Pages about a cluster of the reader. */
const aboutClusters = new Set([
  'docs/deploy.md',
  'docs/check-direct-writes.md',
  'docs/see-direct-access.md',
]);
const pages = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .filter((page) => !aboutClusters.has(page));

/** The first block of a page with a kubectl that would use whatever cluster the reader has. */
function unguarded(page: string): string | undefined {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  const first = blocks.find((block) => /(^|[^\w-])kubectl /m.test(block));
  if (first === undefined || /KUBECONFIG=|--kubeconfig/.test(first)) return undefined;
  return `${page}: ${first.split('\n')[0] ?? ''}`;
}

it('a page that uses kubectl on the sandbox names its kubeconfig before the first use', () => {
  expect(pages.flatMap((page) => unguarded(page) ?? [])).toEqual([]);
});
