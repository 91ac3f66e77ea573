import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DevProcess, projectDir, scripts } from './dev-process.js';
import { type CommandBlock, commandBlocks } from './fenced-blocks.js';
import { normaliseJson, normaliseText } from './normalise.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(projectDir, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `docs/${name}`),
];
const commandTimeoutMs = 90_000;
let dev: DevProcess;

beforeAll(async () => {
  dev = await DevProcess.start();
});

afterAll(async () => {
  await dev.stop();
});

/** Guarantee: what a page tells people to type works, and answers what the page shows. */
describe.each(pages)('%s', (page) => {
  const blocks = commandBlocks(readFileSync(join(projectDir, page), 'utf8'));

  it.each(blocks.map((block) => [block.line, block] as const))(
    'says the truth in line %i',
    async (_line, block) => {
      await check(block);
    },
    commandTimeoutMs,
  );

  it('is readable', () => {
    expect(readFileSync(join(projectDir, page), 'utf8')).toMatch(/^# /);
  });
});

async function check({ commands, shown }: CommandBlock): Promise<void> {
  const lines = commands.split('\n');
  if (lines.some((line) => /\bnpm\b/.test(line))) {
    await checkNpm(lines, shown?.text);
    return;
  }
  const { code, output, errorText } = await dev.run(commands);
  expect({ code, errorText: code === 0 ? '' : errorText + output }).toEqual({
    code: 0,
    errorText: '',
  });
  if (shown?.language === 'json') expect(normaliseJson(output)).toEqual(normaliseJson(shown.text));
  if (shown?.language === 'text') expect(normaliseText(output)).toBe(normaliseText(shown.text));
}

/**
 * `npm start` serves, `npm run dev` is what this file runs on; the others would test the tests, so
 * it is enough that there are such scripts.
 */
async function checkNpm(lines: readonly string[], shown: string | undefined): Promise<void> {
  for (const line of lines.filter((text) => text.trim() !== '')) {
    if (line.endsWith('npm start')) {
      expect(normaliseText(await dev.serve(line))).toBe(normaliseText(shown ?? ''));
      continue;
    }
    if (line === 'npm run dev' && shown !== undefined) {
      expect(dev.printed).toContain(shown.trim());
    }
    const [, script] = /^npm (?:run )?([a-z:]+)( .*)?$/.exec(line) ?? [];
    expect([...Object.keys(scripts()), 'ci']).toContain(script);
  }
}
