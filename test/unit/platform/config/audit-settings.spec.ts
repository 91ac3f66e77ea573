import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  loadConfig,
  loadConfigForStart,
} from '../../../../src/platform/config/config.js';
import { httpUrlProblem } from '../../../../src/platform/config/http-url.js';
import { webhookKey } from '../../../../src/platform/config/webhook-secret.js';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-audit-settings-'));
  file('key', 'a-key-of-at-least-24-bytes\n');
  file('headers', 'Authorization: Bearer hunter2\n');
  file('short', 'hunter2');
});

afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

function problemsOf(audit: object, load = loadConfig): readonly string[] {
  try {
    // JSON is YAML.
    load({ file: file('sallyport.yaml', JSON.stringify({ audit })), environment: {} });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const startProblemsOf = (audit: object) => problemsOf(audit, loadConfigForStart);
const webhook = (secretFile: string, url = 'https://siem.example/in') => ({ url, secretFile });

describe('anchors and sinks', () => {
  it('are taken in each of their forms', () => {
    const secretFile = join(dir, 'key');
    const audit = {
      anchors: [
        { file: { path: join(dir, 'checkpoints') } },
        { webhook: webhook(secretFile) },
        { configMap: { name: 'sallyport-audit-anchor' } },
      ],
      sinks: [
        { name: 'file', file: { path: join(dir, 'audit.log') } },
        { name: 'stdout', stdout: {} },
        { name: 'siem', webhook: webhook(secretFile, 'http://127.0.0.1:1/') },
        { name: 'otlp', otlp: { url: 'http://collector:4318' } },
        {
          name: 'hosted',
          otlp: { url: 'https://otlp.example', headersFile: join(dir, 'headers') },
        },
      ],
      retention: { maxAge: '365d', maxBytes: 1_000_000_000 },
    };
    expect(startProblemsOf(audit)).toEqual([]);
  });

  it('send header fields from a file, over TLS alone, and are refused without quoting it', () => {
    const otlp = (name: string, url = 'https://otlp.example') => {
      const headersFile = join(dir, name);
      return startProblemsOf({ sinks: [{ name: 'otlp', otlp: { url, headersFile } }] });
    };
    expect(otlp('headers', 'http://127.0.0.1:4318')).toEqual([]);
    expect(otlp('headers', 'http://collector:4318')).toEqual([
      'audit.sinks.0.otlp.url: with headersFile expected https; plain http goes to loopback only',
    ]);
    const [problem = '', ...others] = otlp('short');
    expect(others).toEqual([]);
    expect(problem).toMatch(/^audit\.sinks\.0\.otlp\.headersFile: .* holds no header fields/);
    expect(problem).not.toContain('hunter2');
  });

  it('are refused with path and reason where one is none or two at once', () => {
    const file = { path: '/a' };
    expect(problemsOf({ anchors: [{}, { file, configMap: { name: 'a' } }] })).toEqual([
      'audit.anchors.0: expected exactly one of file, webhook, configMap',
      'audit.anchors.1: expected exactly one of file, webhook, configMap',
    ]);
    expect(problemsOf({ sinks: [{ name: 'a' }, { name: 'b', file, stdout: {} }] })).toEqual([
      'audit.sinks.0: expected exactly one of file, stdout, webhook, otlp',
      'audit.sinks.1: expected exactly one of file, stdout, webhook, otlp',
    ]);
  });

  it.each([
    [{ sinks: [{ name: 'A', stdout: {} }] }, 'audit.sinks.0.name'],
    [
      {
        sinks: [
          { name: 'a', stdout: {} },
          { name: 'a', stdout: {} },
        ],
      },
      'audit.sinks.1.name',
    ],
    [{ sinks: [{ name: 'a', file: { path: '/a', maxBytes: 1 } }] }, 'audit.sinks.0.file.maxBytes'],
    [{ anchors: [{ webhook: webhook('/a', 'http://siem/') }] }, 'audit.anchors.0.webhook.url'],
    [{ anchorEverySeconds: 0 }, 'audit.anchorEverySeconds'],
    [{ retention: { maxAge: '0d' } }, 'audit.retention.maxAge'],
    [{ retention: { maxAge: '1y' } }, 'audit.retention.maxAge'],
    [{ retention: { maxBytes: 1 } }, 'audit.retention.maxBytes'],
    [{ origin: 'a b' }, 'audit.origin'],
    [{ typo: 1 }, 'audit'],
  ])('%j is refused at %s', (audit, path) => {
    expect(problemsOf(audit)).toEqual([expect.stringMatching(new RegExp(`^${path}: `))]);
  });

  it('are refused at start where a file is of no use, without a word of what is in it', () => {
    const at = (name: string) => join(dir, name);
    const problems = startProblemsOf({
      anchors: [
        { webhook: webhook(at('short')) },
        { webhook: { ...webhook(at('key')), certificateAuthorityFile: at('short') } },
        { file: { path: at('absent/checkpoints') } },
      ],
      sinks: [
        { name: 'a', webhook: webhook(at('absent')) },
        { name: 'b', file: { path: dir } },
        { name: 'c', file: { path: at('same') } },
        { name: 'd', file: { path: `${dir}/./same` } },
      ],
    });
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'audit.sinks.2.file.path and audit.sinks.3.file.path',
      'audit.anchors.0.webhook.secretFile',
      'audit.anchors.1.webhook.certificateAuthorityFile',
      // What lies in the place of an anchor or a sink is an alarm of the running gateway.
      'audit.sinks.0.webhook.secretFile',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });
});

describe('the key of a webhook', () => {
  it.each([
    ['x'.repeat(23), undefined],
    ['x'.repeat(24), 24],
    [`${'x'.repeat(64)}\n`, 64],
    ['x'.repeat(65), undefined],
    [`whsec_${Buffer.alloc(32).toString('base64')}`, 32],
    [`whsec_${Buffer.alloc(8).toString('base64')}`, undefined],
    ['whsec_no base64', undefined],
    ['', undefined],
  ])('in %j has %s bytes', (text, bytes) => {
    expect(webhookKey(text)?.length).toBe(bytes);
  });
});

describe('a URL to send to', () => {
  it.each([
    ['https://a.example/in?x=1', 'tls', undefined],
    ['http://127.0.0.1:1/', 'tls', undefined],
    ['http://[::1]/', 'tls', undefined],
    ['http://a.example/', 'any', undefined],
    ['http://a.example/', 'tls', 'expected https; plain http goes to loopback only'],
    ['http://127.0.0.1.a.example/', 'tls', 'expected https; plain http goes to loopback only'],
    ['ftp://a.example/', 'any', 'expected a URL of https or http'],
    ['a.example', 'any', 'expected a URL'],
    ['https://u:p@a.example/', 'any', 'a URL holds no user and no password here'],
    ['https://a.example/#x', 'any', 'a URL to send to has no fragment'],
  ] as const)('%s (%s): %s', (url, kind, problem) => {
    expect(httpUrlProblem(url, kind)).toBe(problem);
  });
});
