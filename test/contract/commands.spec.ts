import { expect, it } from 'vitest';
import { clientProgram } from '../../src/cli/program/client-program.js';
import { definitions } from '../../src/cli/program/definitions.js';
import { referencePage } from '../../src/cli/program/reference-page.js';
import { commands } from '../../src/cli/commands.js';
import { TestTerminal } from '../support/cli-terminal.js';

it('has a page of all commands that is up to date (npm run generate)', async () => {
  await expect(referencePage(definitions)).toMatchFileSnapshot('../../docs/commands.md');
});

it('has one command of each name, and none of an operator', () => {
  const words = definitions.map((one) => one.words);
  expect(new Set(words).size).toBe(words.length);
  expect(words.filter((one) => Object.hasOwn(commands, one))).toEqual([]);
});

it.each(definitions.map((one) => [one.words, one] as const))(
  '%s has an action, and examples that its own parser takes',
  async (words, { load, examples }) => {
    expect(await load()).toBeTypeOf('function');
    for (const example of examples) {
      const started: string[] = [];
      const terminal = new TestTerminal({ homeFolder: '/' });
      const program = clientProgram(terminal, async (one) => void started.push(one.words));
      const [, ...args] = (
        example.split(/ [<>|] /).find((one) => one.startsWith('sallyport ')) ?? ''
      )
        .split(' ')
        .filter((one) => one !== '');
      await program.parseAsync(args, { from: 'user' });
      expect([example, started, terminal.errors]).toEqual([example, [words], '']);
    }
  },
);
