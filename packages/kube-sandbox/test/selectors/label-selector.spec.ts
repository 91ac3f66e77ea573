import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from '../../src/selectors/label-selector.js';

const labels = { app: 'web', tier: 'front', empty: '', weight: '10' };

describe('a label selector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (web, db)', true],
    ['app notin (web)', false],
    ['other notin (web)', true],
    ['app', true],
    ['!app', false],
    ['!other,tier=front', true],
    ['app=web,tier=back', false],
    ['empty=', true],
    ['empty in ()', true],
    ['app=', false],
    ['weight>9', true],
    ['weight<10', false],
    ['app>1', false],
    ['in in (in)', false],
    [' app = web , tier ', true],
  ])('%s: %s', (text, isSelected) => {
    expect(parseLabelSelector(text)?.(labels)).toBe(isSelected);
  });

  it.each(['', '  '])('selects everything when it is empty: "%s"', (text) => {
    expect(parseLabelSelector(text)).toBeUndefined();
  });

  it.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a,', "found '', expected: identifier after ','"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it('names what is wrong with a key or a value', () => {
    expect(() => parseLabelSelector('-a=b')).toThrow(
      'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of',
    );
    expect(() => parseLabelSelector('a=-b')).toThrow(
      'unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be',
    );
  });

  it('is not misled by names of the language', () => {
    expect(parseLabelSelector('constructor')?.({})).toBe(false);
    expect(parseLabelSelector('!toString')?.({})).toBe(true);
  });
});
