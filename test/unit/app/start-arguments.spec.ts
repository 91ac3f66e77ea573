import { describe, expect, it } from 'vitest';
import { ArgumentError, parseArguments, usage } from '../../../src/app/start-arguments.js';

const plain = { file: undefined, isReset: false, asked: undefined };

describe('the arguments of a start', () => {
  it.each([
    [[], plain],
    [['--reset'], { ...plain, isReset: true }],
    [['--config', 'a.yaml'], { ...plain, file: 'a.yaml' }],
    [['--config=a.yaml', '--reset'], { ...plain, file: 'a.yaml', isReset: true }],
    [['--help'], { ...plain, asked: 'help' }],
    [['-h'], { ...plain, asked: 'help' }],
    [['--version'], { ...plain, asked: 'version' }],
  ])('%j are understood', (args, expected) => {
    expect(parseArguments(args)).toEqual(expected);
  });

  it.each([
    [['--rest'], '--rest'],
    [['--reset=yes'], '--reset=yes'],
    [['--no-reset'], '--no-reset'],
    [['-x'], '-x'],
    [['reset'], 'reset'],
    [['--reset', 'now'], 'now'],
    [['--help=me'], '--help=me'],
    [['--'], '--'],
  ])('%j are refused in one sentence', (args, named) => {
    expect(() => parseArguments(args)).toThrow(ArgumentError);
    expect(() => parseArguments(args)).toThrow(
      `${named} is not understood: known are --config FILE, --reset, --help and --version`,
    );
  });

  it.each([
    [['--config'], '--config'],
    [['--config='], '--config='],
    [['--config', '--reset'], '--config'],
  ])('%j lack a file, and say so', (args, named) => {
    expect(() => parseArguments(args)).toThrow(ArgumentError);
    expect(() => parseArguments(args)).toThrow(`${named} needs the name of a file: --config FILE`);
  });

  it('are all in the usage', () => {
    for (const option of ['--config FILE', '--reset', '--help, -h', '--version']) {
      expect(usage).toContain(`\n  ${option} `);
    }
  });
});

describe('an option that npm has taken for its own', () => {
  it.each([
    ['reset', [], 'npm start -- --reset'],
    ['config', ['a.yaml'], 'npm start -- --config FILE'],
  ])('is not lost without a word: %s', (option, args, hint) => {
    expect(() => parseArguments(args, [option])).toThrow(ArgumentError);
    expect(() => parseArguments(args, [option])).toThrow(
      `npm has taken --${option} for its own: ${hint}`,
    );
  });

  it('is no matter where it was given to Sallyport as well', () => {
    expect(parseArguments(['--reset'], ['reset'])).toEqual({ ...plain, isReset: true });
  });
});
