import { describe, expect, test } from 'vitest';
import { marker } from './secret.builder.js';
import { placesOf } from './type-errors.builder.js';

describe('registry credentials', () => {
  const auth = btoa('user:pass:word');
  test.each([
    ['{"auths":{}}', true],
    [JSON.stringify({ auths: { 'r.io': { auth } } }), true],
    [JSON.stringify({ auths: { 'r.io': { auth: auth.replaceAll('=', '') } } }), true],
    [JSON.stringify({ auths: { 'r.io': { username: 'u', password: 'p' } } }), true],
    [JSON.stringify({ auths: { 'r.io': { auth: '' } }, credsStore: 'x' }), true],
    [JSON.stringify({ auths: { 'r.io': { auth: btoa(marker) } } }), false],
    [JSON.stringify({ auths: { 'r.io': { auth: `${marker}:x` } } }), false],
    [JSON.stringify({ auths: { 'r.io': marker } }), false],
    [JSON.stringify({ auths: [] }), false],
    ['{}', false],
    ['null', false],
    [`{"${marker}`, false],
  ])('.dockerconfigjson %j is usable: %j', (text, usable) => {
    const places = placesOf('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': text });
    expect(places).toEqual(usable ? [] : ['/data/.dockerconfigjson']);
  });

  test.each([
    [JSON.stringify({ 'r.io': { auth } }), true],
    [JSON.stringify({ 'r.io': { auth: 1 } }), false],
    ['[]', false],
  ])('.dockercfg %j is usable: %j', (text, usable) => {
    const places = placesOf('kubernetes.io/dockercfg', { '.dockercfg': text });
    expect(places).toEqual(usable ? [] : ['/data/.dockercfg']);
  });
});
