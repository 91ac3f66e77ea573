import { expect, it } from 'vitest';
import { issuerUrl, pageUrl } from '../../../../src/cli/login/issuer-url.js';

it.each([
  'https://login.example.com',
  'https://login.example.com/realms/x',
  'http://127.0.0.1:5556/dex',
  'http://localhost:5556',
  'http://[::1]:5556',
])('%s can be an issuer', (text) => {
  expect(issuerUrl(text).href).toContain(text);
});

it.each([
  ['', 'is not a URL'],
  ['login.example.com', 'is not a URL'],
  ['http://login.example.com', 'must begin with https://'],
  ['http://127.0.0.1.example.com', 'must begin with https://'],
  ['http://localhost.example.com', 'must begin with https://'],
  ['file:///etc/passwd', 'must begin with https://'],
  ['https://a:b@login.example.com', 'no credentials'],
  ['https://login.example.com?x=y', 'no query'],
  ['https://login.example.com#x', 'no fragment'],
])('%j is no issuer', (text, message) => {
  expect(() => issuerUrl(text)).toThrow(message);
});

it.each([
  ['https://login.example.com/device', 'https://login.example.com/device'],
  ['https://login.example.com/\u001B[2J', 'https://login.example.com/%1B[2J'],
  ['http://login.example.com/device', undefined],
  ['javascript:alert(1)', undefined],
])('the page %j is opened as %j', (text, expected) => {
  expect(pageUrl(text)).toBe(expected);
});
