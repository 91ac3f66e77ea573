import { describe, expect, it } from 'vitest';
import { jsonPathText, parseJsonPath } from '../../../../src/cli/output/jsonpath.js';

const secret = {
  kind: 'Secret',
  metadata: { name: 'db', labels: { app: 'shop', 'a.b/c': '<x>' } },
  immutable: true,
  data: { password: 'cw==', 'tls.crt': 'dA==', user: 'dQ==' },
  list: [1, 'two', { three: 3 }],
};
const text = (expression: string) => jsonPathText(parseJsonPath(expression), secret);

describe('an expression', () => {
  it.each([
    ['{.data.password}', 'cw=='],
    ['{.data.tls\\.crt}', 'dA=='],
    ["{.data['tls\\.crt']}", 'dA=='],
    ["{['data']['user']}", 'dQ=='],
    ['{$.kind}/{@.metadata.name}', 'Secret/db'],
    ['user={.data.user}{"\\n"}', 'user=dQ==\n'],
    ["{'a\\tb'}", 'a\tb'],
    ['{.data.absent}', ''],
    ['{.data.password.deeper}', ''],
    ['{.data.*}', 'cw== dA== dQ=='],
    ['{.data[*]}', 'cw== dA== dQ=='],
    ['{.list[0]} {.list[-1].three}', '1 3'],
    ['{.list[*]}', '1 two {"three":3}'],
    ['{.immutable}', 'true'],
    ['{.metadata.labels}', '{"a.b/c":"\\u003cx\\u003e","app":"shop"}'],
    ['{range .data.*}{@},{end}', 'cw==,dA==,dQ==,'],
    ['{range .list[*]}[{.three}{$.kind}]{end}.', '[Secret][Secret][3Secret].'],
    ['{ .kind }', 'Secret'],
  ])('%s finds %j', (expression, found) => {
    expect(text(expression)).toBe(found);
  });

  it.each([
    ['.data.password', 'an expression is in braces'],
    ['{.data.password', 'a brace of the expression has no end'],
    ['{range .data.*}{@}', 'a {range} without an {end}'],
    ['{end}', 'an {end} without a {range}'],
    ["{.data['tls.crt']}", 'write a dot in a name as \\.'],
    ['{..password}', 'is not supported'],
    ['{.list[?(@.three==3)]}', 'is not supported'],
    ['{.list[0:2]}', 'is not supported'],
    ['{.list[0,1]}', 'is not supported'],
    ['{.kind .data}', 'is not supported'],
    ['{kind}', 'is not supported'],
    ['{"\\x41"}', 'is not supported'],
    ['{if .data}', 'is not supported'],
    ['{(process.exit(1))}', 'is not supported'],
    ['{.list[9]}', 'has no item 9'],
    ['{.kind[0]}', 'an index of what is no list'],
  ])('%s is refused', (expression, message) => {
    expect(() => text(expression)).toThrow(message);
  });

  it('finds no member that all objects of JavaScript have', () => {
    expect(text('{.constructor}{.data.__proto__}{.list.length}')).toBe('');
  });
});
