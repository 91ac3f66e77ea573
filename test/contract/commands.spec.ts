import { expect, it } from 'vitest';
import { clientProgram } from '../../src/cli/program/client-program.js';
import { definitions } from '../../src/cli/program/definitions.js';
import { manPage } from '../../src/cli/program/man-page.js';
import { referencePage } from '../../src/cli/program/reference-page.js';
import { commands } from '../../src/cli/commands.js';
import { TestTerminal } from '../support/cli-terminal.js';

it('has a page of all commands that is up to date (npm run generate)', async () => {
  await expect(referencePage(definitions)).toMatchFileSnapshot('../../docs/commands.md');
});

it('has a manual page that is up to date (npm run generate)', async () => {
  await expect(manPage(definitions)).toMatchFileSnapshot('../../man/sallyport.1');
});

it('has one command of each name, and none of an operator', () => {
  const words = definitions.map((one) => one.words);
  expect(new Set(words).size).toBe(words.length);
  expect(words.filter((one) => Object.hasOwn(commands, one))).toEqual([]);
});

it('has paragraphs that are wrapped once, by the help', () => {
  const broken = definitions.filter(({ description }) => description?.includes('\n'));
  expect(broken.map(({ words }) => words)).toEqual([]);
  const terminal = new TestTerminal({ homeFolder: '/', columns: 60 });
  for (const { words, description = '' } of definitions) {
    const before = terminal.output.length;
    const program = clientProgram(terminal, async () => undefined);
    expect(() => program.parse([...words.split(' '), '--help'], { from: 'user' })).toThrow(
      'outputHelp',
    );
    const [, , paragraph = ''] = terminal.output.slice(before).split('\n\n');
    if (description === '') continue;
    const lines = paragraph.split('\n');
    expect([words, lines.join(' ')]).toEqual([words, description]);
    // The first word of the next line did not fit.
    const short = lines.slice(0, -1).filter((line, index) => {
      return `${line} ${lines[index + 1]?.split(' ')[0]}`.length <= 60;
    });
    expect([words, short]).toEqual([words, []]);
  }
});

it('says of a repeated option that it can be repeated, and shows no empty default', () => {
  const terminal = new TestTerminal({ homeFolder: '/' });
  const program = clientProgram(terminal, async () => undefined);
  expect(() => program.parse(['run', '--help'], { from: 'user' })).toThrow('outputHelp');
  expect(terminal.output).toMatch(/--secret <secret> +NAME.*; can be repeated$/m);
  expect(terminal.output).not.toContain('default:');
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
