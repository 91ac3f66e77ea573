/** External write at the API server, as its audit webhook reports it. */
export interface ReportedWrite {
  readonly auditId: string;
  readonly verb: string;
  readonly requestUri: string;
  readonly stage: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser: { readonly username: string } | undefined;
  readonly object: { readonly namespace: string; readonly name: string };
  readonly code: number;
  readonly receivedAt: string;
  readonly stageAt: string;
}

/** Author and time of an external version. */
export interface OutsideWrite {
  readonly ref: { readonly namespace: string; readonly name: string };
  readonly between: { readonly fromMs: number; readonly toMs: number };
  readonly user: { readonly username: string; readonly auditId: string };
}

const verbs: readonly string[] = ['create', 'update', 'patch'];

/**
 * Returns the write in a report; undefined if it made no version. `lagMs`: maximum delay between
 * the response and the watch event.
 */
export function outsideWrite(report: ReportedWrite, lagMs: number): OutsideWrite | undefined {
  const { verb, requestUri, stage, code, object, auditId } = report;
  const hasWritten = stage === 'ResponseComplete' && code >= 200 && code < 300;
  if (!verbs.includes(verb) || !hasWritten || isDryRun(requestUri)) return undefined;
  const { namespace, name } = object;
  // A create by generateName is reported without the name that it led to.
  if (namespace === '' || name === '') return undefined;
  const fromMs = Date.parse(report.receivedAt);
  const toMs = Date.parse(report.stageAt) + lagMs;
  const { username } = report.impersonatedUser ?? report.user;
  return { ref: { namespace, name }, between: { fromMs, toMs }, user: { username, auditId } };
}

function isDryRun(requestUri: string): boolean {
  const query = requestUri.split('?')[1] ?? '';
  return new URLSearchParams(query).has('dryRun');
}
