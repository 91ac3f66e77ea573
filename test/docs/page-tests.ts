import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandBlock, commandBlocks, pageFiles } from './fenced-blocks.js';
import { normaliseJson, normaliseText } from './normalise.js';
import { ReaderWorld, projectDir } from './reader-world.js';

/** About stores in clouds: `cloud-pages.spec.ts`. */
export const cloudPages = ['aws', 'azure', 'google'].map((cloud) => `docs/sync-with-${cloud}.md`);
/** About other stores, which a reader starts: `store-pages.spec.ts`. */
export const storePages = [
  'docs/move-from-external-secrets.md',
  'docs/notify-of-changes.md',
  'docs/sync-with-another-cluster.md',
  'docs/sync-with-openbao.md',
  'docs/webhook-store.md',
];
/** All other pages: `readme.spec.ts`. */
export const otherPages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(projectDir, 'docs'))
    // These pages have tests of their own: a real cluster, programs in other languages.
    .filter(
      (name) =>
        name.endsWith('.md') && !/^(check-direct-writes|deploy|call-from-.+)\.md$/.test(name),
    )
    .toSorted()
    .map((name) => `docs/${name}`)
    .filter((page) => !cloudPages.includes(page) && !storePages.includes(page)),
];
const commandTimeoutMs = 90_000;
let world: ReaderWorld;

const textOf = (page: string) => readFileSync(join(projectDir, page), 'utf8');

/**
 * Declares the tests of pages, one after the other on one installation: what a page tells people
 * to type works, and answers what the page shows.
 */
export function testPages(pages: readonly string[]): void {
  beforeAll(async () => {
    world = await ReaderWorld.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  const withCommands = pages
    .map((page) => [page, commandBlocks(textOf(page))] as const)
    .filter(([, blocks]) => blocks.length > 0);

  describe.each(withCommands)('%s', (page, blocks) => {
    beforeAll(async () => {
      await world.startCloudOf(page);
      for (const { name, text } of pageFiles(textOf(page))) world.write(name, text);
    });

    it.each(blocks.map((block) => [block.line, block] as const))(
      'says the truth in line %i',
      async (_line, block) => {
        await check(block);
      },
      commandTimeoutMs,
    );
  });

  it.each(pages)('%s is readable', (page) => {
    expect(textOf(page)).toMatch(/^# /);
  });
}

async function check({ commands, shown }: CommandBlock): Promise<void> {
  if (await world.startOtherSandbox(commands)) return;
  if (/^(?:.* )?npm /m.test(commands)) {
    await checkNpm(commands, shown?.text);
    return;
  }
  if (commands.startsWith('bao server ')) {
    await world.startOpenBao(commands);
    return;
  }
  if (commands.endsWith('webhook-store/server.mjs')) {
    await world.startWebhookStore(commands);
    return;
  }
  const { code, output, errorText } = await world.run(commands);
  expect({ code, errorText: code === 0 ? '' : errorText + output }).toEqual({
    code: 0,
    errorText: '',
  });
  if (shown?.language === 'json') expect(normaliseJson(output)).toEqual(normaliseJson(shown.text));
  if (shown?.language === 'text') expect(normaliseText(output)).toBe(normaliseText(shown.text));
}

/**
 * A bare `npm start` is what this file runs on, one with settings is run; the others would test
 * the tests, so it is enough that there are such scripts.
 */
async function checkNpm(commands: string, shown: string | undefined): Promise<void> {
  const lines = commands.replaceAll(/\\\n\s*/g, '').split('\n');
  for (const line of lines.filter((text) => text.trim() !== '')) {
    if (line === 'npm start' && shown !== undefined) {
      expect(world.printed).toContain(shown.trim());
    } else if (line.endsWith(' npm start')) {
      expect(normaliseText(await world.serve(line))).toBe(normaliseText(shown ?? ''));
      continue;
    }
    const [, settings] = /^npm start -- --config (\S+)$/.exec(line) ?? [];
    if (settings !== undefined) await world.restart(['--config', settings]);
    const [, script] = /^npm (?:run )?([a-z:]+)( .*)?$/.exec(line) ?? [];
    expect([...Object.keys(scripts()), 'ci']).toContain(script);
  }
}

function scripts(): Readonly<Record<string, string>> {
  const manifest: unknown = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
  return (manifest as { scripts: Record<string, string> }).scripts;
}
