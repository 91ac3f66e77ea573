import { describe, expect, it } from 'vitest';
import { parsedYaml } from '../../../../../src/schemas/domain/kinds/documents.js';
import { describeKind } from './kind-table.js';
import { reasonsOf } from './verdict.js';
import { processorMs } from '../../../../support/processor-time.js';

const noJson = /^must be JSON, with each member once/;
const noYaml = 'must be YAML, with each member once';

describeKind({
  kind: 'json',
  good: [
    // RFC 8259, section 13.
    '{"Image": {"Width": 800, "Title": "View from 15th Floor", "Animated": false, "IDs": [1]}}',
    '[{"precision": "zip", "Latitude": 37.7668}, {"precision": "zip", "City": "SUNNYVALE"}]',
    '"Hello world!"',
    '42',
    'true',
    'null',
    '{}',
    '[]',
    ' {"a": 1} ',
    '{"a": 1}\n',
    '{\r\n\t"a": 1\r\n}\r\n',
    '-0.5e+10',
    '1E400',
    '"\\u00e9 \\ud83d\\ude00 \\/ \\b\\f\\n\\r\\t\\"\\\\"',
    '"é 😀"',
    '{"": 1}',
    '{"a": {"a": {"a": 1}}}',
    '[{"a": 1}, {"a": 2}]',
    '{"a": "a", "A": "A"}',
    '{"constructor": 1, "toString": 2}',
    '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n"}',
    JSON.stringify({ text: 'x'.repeat(100_000) }),
  ],
  bad: [
    ['', noJson],
    [' ', noJson],
    ['{"password": 1,}', noJson],
    ['["password",]', noJson],
    ["{'password': 1}", noJson],
    ['{password: 1}', noJson],
    ['{"password": 1} // comment', noJson],
    ['/* comment */ {"password": 1}', noJson],
    ['{"password": 1', noJson],
    ['{"password": 1}}', noJson],
    ['{"a": 1}{"a": 1}', noJson],
    ['{"a": 1}\n{"a": 2}\n', noJson],
    ['{"password": 1, "password": 2}', noJson],
    ['{"password": 1, "passwor\\u0064": 2}', noJson],
    ['{"a": [{"b": 1, "b": 1}]}', noJson],
    ['{"__proto__": {}}', noJson],
    ['"half \\ud800"', noJson],
    ['NaN', noJson],
    ['Infinity', noJson],
    ['01', noJson],
    ['.5', noJson],
    ['+1', noJson],
    ['0x1F', noJson],
    ['True', noJson],
    ['undefined', noJson],
    ['"two\nlines"', noJson],
    ['"tab\t"', noJson],
    ['"\\x41"', noJson],
    ['\ufeff{}', noJson],
    ['password: secret\n', noJson],
    [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, noJson],
    [Buffer.from([0x22, 0xff, 0x22]), 'must be UTF-8'],
    [Buffer.from('\ufeff{}', 'utf16le'), 'must be UTF-8'],
  ],
});

const compose = `x-logging: &logging
  driver: json-file
services:
  db: &db
    image: postgres
    logging: *logging
  other:
    <<: *db
`;

describeKind({
  kind: 'yaml',
  good: [
    // https://yaml.org/spec/1.2.2/, chapter 2.
    '- Mark McGwire\n- Sammy Sosa\n- Ken Griffey\n',
    'hr:  65    # Home runs\navg: 0.278 # Batting average\n',
    'american:\n- Boston Red Sox\nnational:\n- New York Mets\n',
    'Mark McGwire: {hr: 65, avg: 0.278}\nSammy Sosa: {\n    hr: 63,\n    avg: 0.288,\n  }\n',
    '# Ranking\n---\n- Mark McGwire\n\n# Team ranking\n---\n- Chicago Cubs\n',
    '---\nhr:\n- Mark McGwire\n- &SS Sammy Sosa\nrbi:\n- *SS\n- Ken Griffey\n',
    '? - Detroit Tigers\n  - Chicago cubs\n: - 2001-07-23\n',
    '# ASCII Art\n--- |\n  \\//||\\/||\n  // ||  ||__\n',
    "--- >\n  Mark McGwire's\n  year was crippled\n",
    'unicode: "Sosa did fine.\\u263A"\nsingle: \'"Howdy!" he cried.\'\n',
    'picture: !!binary |\n R0lGODlhDAAMAIQAAP\napp: !something |\n no\n',
    '%TAG ! tag:clarkevans.com,2002:\n--- !shape\n- !circle\n  radius: 7\n',
    compose,
    '{"a": 1}',
    'a scalar',
    '---\n',
    '---\na: 1\n...\n',
    'a: 1\r\nb: 2\r\n',
    '\ufeffa: 1\n',
    'Bucket: !Ref Name\nOther: !GetAtt [a, b]\n',
    'password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6232\n',
    'null: 1\n~x: 2\n"1": a\n1: b\n',
    'a: {b: 1}\nc: {b: 1}\n',
    'users:\n- name: a\n- name: a\n',
    '%YAML 1.2\n---\na: 1\n',
    Array.from({ length: 100 }, () => '---\na: 1\n').join(''),
  ],
  bad: [
    ['', 'must have a document'],
    ['\n\n', 'must have a document'],
    ['# a comment only\n', 'must have a document'],
    ['password: 1\npassword: 2\n', noYaml],
    ['{password: 1, password: 2}', noYaml],
    ['a:\n  password: 1\n  "password": 2\n', noYaml],
    ['- a\n- {1: a, 1: b}\n', noYaml],
    ['a: 1\n---\npassword: 1\npassword: 2\n', noYaml],
    ['a:\n\t- tabulator\n', noYaml],
    ['a: b: c\n', noYaml],
    ['a: [1, 2\n', noYaml],
    ['a: {b: 1\n', noYaml],
    ['a: ]\n', noYaml],
    ['a: "not closed\n', noYaml],
    ["a: 'not closed\n", noYaml],
    ['a: *unknown\n', noYaml],
    ['a: *later\nb: &later 1\n', noYaml],
    ['&a a: 1\n---\nb: *a\n', noYaml],
    ['a: 1\n b: 2\n', noYaml],
    ['a:\n  b: 1\n c: 2\n', noYaml],
    ['- a\nb: 1\n', noYaml],
    ['password: @secret\n', noYaml],
    ['password: `secret`\n', noYaml],
    ['password: %secret\n', noYaml],
    ['a: !<x\n', noYaml],
    ['a: "\\q"\n', noYaml],
    ['password: {{ .Values.password }} extra\n', noYaml],
    [Array.from({ length: 101 }, () => '---\na: 1\n').join(''), noYaml],
    ['{}}'.repeat(5_000), noYaml],
    [Buffer.from('a: \xe9', 'latin1'), 'must be UTF-8'],
  ],
});

describe('documents of YAML', () => {
  it('are plain values', () => {
    expect(parsedYaml('a: [1, x]\n---\nb\n')).toEqual([{ a: [1, 'x'] }, 'b']);
  });

  it.each(['a: &x 1\nb: *x\n', 'a: 1\na: 2\n', '{', '['.repeat(16_000)])(
    'are undefined if an alias could make them large, or they are wrong: %#',
    (text) => {
      expect(parsedYaml(text)).toBeUndefined();
    },
  );

  it.each(['a: b\n', '{}}', '"', '[a,', '- &a\n', '&a a: *a\n'])(
    'are checked in time that grows with the length: %j',
    (part) => {
      const start = processorMs();
      reasonsOf('yaml', part.repeat(16_384 / part.length));
      expect(processorMs() - start).toBeLessThan(2_000);
    },
  );
});
