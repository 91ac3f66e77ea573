import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePipPackages } from '../python-client/pip-packages.js';
import { documentPath, toolFolder } from './api-document.js';
import { runProgram } from './run-program.js';

const SEED = 7;
const EXAMPLES_MAX = 20;
const runMsMax = 20 * 60_000;

/** A check of schemathesis that failed, with its request and the response. */
export interface Finding {
  readonly check: string;
  readonly operation: string;
  readonly message: string;
  readonly request: string;
  readonly status: number | undefined;
  /** Text of the response. */
  readonly response: string;
}

/** A run of schemathesis to its end. */
export interface FuzzRun {
  readonly findings: readonly Finding[];
  readonly requests: number;
  /** Output of schemathesis without findings. */
  readonly summary: string;
}

interface Recorder {
  readonly label: string;
  readonly checks?: Readonly<Record<string, readonly Check[]>>;
  readonly interactions?: Readonly<Record<string, Interaction>>;
}

interface Check {
  readonly name: string;
  readonly status: string;
  readonly failure_info?: { readonly failure: { readonly message: string } };
}

interface Interaction {
  readonly request: { readonly method: string; readonly uri: string };
  readonly response?: {
    readonly status_code: number;
    readonly content?: { readonly $base64?: string } | null;
  } | null;
}

/** Calls the gateway with examples, valid and invalid requests, and chains of requests. */
export async function fuzz(
  gateway: { readonly url: string; readonly token: string; readonly namespace: string },
  folder: string,
): Promise<FuzzRun> {
  const packages = await ensurePipPackages({
    requirementsFile: join(toolFolder('schemathesis'), 'requirements.txt'),
    package: 'schemathesis',
    name: 'schemathesis',
    failure: 'The API cannot be fuzzed',
  });
  const config = join(folder, 'schemathesis.toml');
  const report = join(folder, 'report.ndjson');
  writeFileSync(config, settings(gateway), { mode: 0o600 });
  const bounds = ['--seed', String(SEED), '--max-examples', String(EXAMPLES_MAX)];
  const reports = ['--report', 'ndjson', '--report-ndjson-path', report, '--no-color'];
  const requests = ['--workers', '1', '--request-timeout', '20', '--continue-on-failure'];
  const { code, output, errorText } = await runProgram(
    'python3',
    ['-m', 'schemathesis.cli', '--config-file', config, 'run', documentPath].concat(
      bounds,
      reports,
      requests,
    ),
    { cwd: folder, environment: { PYTHONPATH: packages }, timeoutMs: runMsMax },
  );
  // 1: there are findings.
  if (code !== 0 && code !== 1) throw new Error(`schemathesis ended with ${code}:\n${errorText}`);
  return { ...read(report), summary: output.slice(output.lastIndexOf('= SUMMARY =')) };
}

/** Returns a configuration: the token is no argument, and the namespace exists. */
function settings({ url, token, namespace }: Parameters<typeof fuzz>[0]): string {
  return [
    `base-url = ${JSON.stringify(url)}`,
    `headers = { Authorization = ${JSON.stringify(`Bearer ${token}`)} }`,
    '[parameters]',
    `"path.namespace" = ${JSON.stringify(namespace)}`,
    '[checks]',
    // 410: a destroyed version. 412, 428: the state of the Secret, as 409.
    'positive_data_acceptance.expected-statuses = [',
    '  "2xx", "3xx", 401, 403, 404, 409, 410, 412, 428, 429, "5xx",',
    ']',
    // 413, 415, 431: checked before the schema. 409, 410, 412: other requests changed the state.
    'negative_data_rejection.expected-statuses = [',
    '  400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 431, "5xx",',
    ']',
    '',
  ].join('\n');
}

function read(report: string): Pick<FuzzRun, 'findings' | 'requests'> {
  const findings: Finding[] = [];
  let requests = 0;
  for (const line of readFileSync(report, 'utf8').split('\n')) {
    if (!line.startsWith('{"ScenarioFinished"')) continue;
    const { ScenarioFinished: scenario } = JSON.parse(line) as {
      readonly ScenarioFinished: { readonly recorder?: Recorder };
    };
    const { label, checks = {}, interactions = {} } = scenario.recorder ?? { label: '' };
    requests += Object.keys(interactions).length;
    for (const [id, ofCase] of Object.entries(checks)) {
      const failed = ofCase.filter(({ status }) => status !== 'success');
      findings.push(...failed.map((check) => findingOf(label, check, interactions[id])));
    }
  }
  return { findings, requests };
}

function findingOf(
  operation: string,
  { name, failure_info: info }: Check,
  interaction: Interaction | undefined,
): Finding {
  const { request, response } = interaction ?? {};
  return {
    check: name,
    operation,
    message: info?.failure.message ?? '',
    request: `${request?.method} ${request?.uri}`,
    status: response?.status_code,
    response: Buffer.from(response?.content?.$base64 ?? '', 'base64').toString('utf8'),
  };
}
