import { describe, expect, it } from 'vitest';
import { planCompletion } from '../../../../src/cli/completion/plan-completion.js';
import { definitions } from '../../../../src/cli/program/definitions.js';

const plan = (line: string) => planCompletion(line.split(' '), definitions);
const words = (line: string) => {
  const found = plan(line);
  return found.kind === 'words' ? found.words : found.values;
};

describe('a completion', () => {
  it('is of commands, and of their second words', () => {
    expect(words('')).toEqual(expect.arrayContaining(['get', 'token', 'audit', 'server']));
    expect(words('token ')).toEqual(['create', 'list', 'revoke']);
    expect(words('nonsense ')).toEqual([]);
  });

  it.each([
    ['get ', 'secret'],
    ['get -n pay ', 'secret'],
    ['get -o json ', 'secret'],
    ['get --quiet ', 'secret'],
    ['get --context=prod ', 'secret'],
    ['key db ', 'key'],
    ['copy db ', 'secret'],
    ['run --secret ', 'secret'],
    ['get -n ', 'namespace'],
    ['get --context ', 'context'],
    ['config use-context ', 'context'],
    ['completion ', 'shell'],
  ])('of %j is names: %s', (line, values) => {
    expect(plan(line)).toMatchObject({ kind: 'names', values });
  });

  it.each([
    ['get db ', []],
    ['list ', []],
    ['run --secret db -- ', []],
    ['login --token-file ', [':files']],
    ['generate db key --characters ', ['alphanumeric', 'hexadecimal', 'symbols']],
  ])('of %j is the words %j', (line, expected) => {
    expect(plan(line)).toEqual({ kind: 'words', words: expected });
  });

  it('is of options, and of forms', () => {
    expect(words('get -')).toEqual(expect.arrayContaining(['--reveal', '-o', '--output', '-n']));
    expect(words('get -o ')).toEqual(expect.arrayContaining(['yaml', 'jsonpath=']));
    expect(words('rotate db -')).toContain('--no-wait');
  });

  it('has the connection of the line', () => {
    expect(plan('key db -n pay --address=http://a ')).toMatchObject({
      options: { namespace: 'pay', address: 'http://a' },
      args: ['db'],
    });
  });
});
