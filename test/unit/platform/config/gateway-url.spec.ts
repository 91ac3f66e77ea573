import { describe, expect, it } from 'vitest';
import { gatewayUrlProblem } from '../../../../src/platform/config/gateway-url.js';

describe('the URL under which clients reach the gateway', () => {
  it.each([
    'https://sallyport.example',
    'https://sallyport.example/',
    'https://sallyport.example:8443',
    'https://example.org/sallyport',
    'https://[::1]:8443',
  ])('may be %s', (url) => {
    expect(gatewayUrlProblem(url)).toBeUndefined();
  });

  it.each([
    ['sallyport.example', 'expected a URL'],
    ['', 'expected a URL'],
    ['http://sallyport.example', 'expected https: kubectl sends no token over plain http'],
    ['http://127.0.0.1:8420', 'expected https: kubectl sends no token over plain http'],
    ['file:///etc/passwd', 'expected https: kubectl sends no token over plain http'],
    ['https://me@sallyport.example', 'a URL holds no user and no password here'],
    ['https://:shhhhhh@sallyport.example', 'a URL holds no user and no password here'],
    ['https://sallyport.example/?a=b', 'a URL has no query and no fragment here'],
    ['https://sallyport.example/#a', 'a URL has no query and no fragment here'],
    ['https://sallyport.example/kubernetes', 'without /kubernetes, which is added'],
    ['https://sallyport.example/a/kubernetes/', 'without /kubernetes, which is added'],
  ])('is not %j: %s', (url, problem) => {
    expect(gatewayUrlProblem(url)).toBe(problem);
  });
});
