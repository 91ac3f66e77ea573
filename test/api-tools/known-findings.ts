import type { Finding } from './schemathesis.js';

/** Findings of schemathesis that stay, and why. */
export interface KnownFinding {
  readonly check: string;
  /** Matches method and path of the operation; each operation if absent. */
  readonly operation?: RegExp;
  /** Matches the message of schemathesis; each message if absent. */
  readonly message?: RegExp;
  /** Matches the request line; each request if absent. */
  readonly request?: RegExp;
  /** Matches each error of the response, or the text of a response that is no problem. */
  readonly response: RegExp;
  readonly reason: string;
}

/** Requests that fit the schema, and break a rule that the schema does not contain. */
const refused = 'positive_data_acceptance';

export const knownFindings: readonly KnownFinding[] = [
  {
    check: refused,
    response: /not a cursor of this API/,
    reason: 'Cursors are opaque: a schema cannot describe them.',
  },
  {
    check: refused,
    response: /has no meaning beside|not together with|needs If-None-Match/,
    reason: 'Parameters or members that exclude or need each other: text describes the rule.',
  },
  {
    check: refused,
    response: /is for format=env only|the format tlog has/,
    reason: 'Parameters of one format: text describes the rule.',
  },
  {
    check: refused,
    response: /expected exactly one of|stringData or data is required|names the same twice/,
    reason: 'Members that depend on each other: `oneOf` of bodies breaks generators of clients.',
  },
  {
    check: refused,
    response: /(subdomain|name part|valid label) must|prefix part|no more than \d+ characters/,
    reason: 'Rules of Kubernetes for names, which the API server may change.',
  },
  {
    check: refused,
    response: /is not a label selector|fieldSelector must be terms like/,
    reason: 'Selectors have a grammar of Kubernetes.',
  },
  {
    check: refused,
    response: /must be RFC 3339, or an age|not a duration such as|is in the future/,
    reason: 'Times and durations: a pattern would not refuse 30 February.',
  },
  {
    check: refused,
    response: /must be an action, or a prefix|is no action and no set of them/,
    reason: 'Prefixes of actions: new actions are no change of the API.',
  },
  {
    check: refused,
    response: /neither an address nor a CIDR range/,
    reason: 'Addresses of both families, with or without a prefix.',
  },
  {
    check: refused,
    response: /must agree with the path/,
    reason: 'A body that was read can be sent again; its names must be those of the path.',
  },
  {
    check: refused,
    response: /this Idempotency-Key was used for a different request/,
    reason: 'Several examples have the same key.',
  },
  {
    check: refused,
    response: /there is no such ServiceAccount|ServiceAccount name(space)?$/,
    reason: 'The ServiceAccount must exist.',
  },
  {
    check: refused,
    operation: /^POST \/v1\/tokens$/,
    response: /^at most \d+$/,
    reason: 'The longest lifetime is a setting.',
  },
  {
    check: refused,
    response: /is kept by the gateway: choose another name/,
    reason: 'Aliases of the gateway, such as `previous`.',
  },
  {
    check: refused,
    operation: /^GET \/v1\/audit\/proof$/,
    response: /^from may be at most to, and to at most/,
    reason: 'The bound is the present size of the log.',
  },
  {
    check: refused,
    operation: /^GET \/v1\/audit\/tile\//,
    response: /the path has an encoded slash/,
    reason: 'OpenAPI cannot describe a path parameter with slashes.',
  },
  {
    check: refused,
    response:
      /must be one of add, remove, replace, move, copy, test|must have no control characters/,
    reason: 'Text describes the rule.',
  },
  {
    check: refused,
    response: /holds bytes that are not UTF-8 text; ask with encoding=base64/,
    reason: 'The state of the Secret decides.',
  },
  {
    check: 'not_a_server_error',
    request: /[?&]resourceVersion=/,
    response: /^the cluster did not answer in time$/,
    reason: '504 Timeout: the cluster has not reached that resourceVersion (docs/errors.md).',
  },
  {
    check: 'negative_data_rejection',
    operation: /^POST \/v1\/audit\/kubernetes-events$/,
    response: /^\{"stored":/,
    reason: 'Items that are no events are counted as `unreadable`; the others are stored.',
  },
  {
    check: 'negative_data_rejection',
    message: /parameter `Idempotency-Key` in header/,
    request: /[?&]dryRun=All/,
    response: /^\{/,
    reason: 'A dry run changes nothing, so the gateway ignores its Idempotency-Key.',
  },
  {
    check: 'negative_data_rejection',
    message: /parameter `Last-Event-ID` in header/,
    response: /^\{"items":/,
    reason: 'The header is for streams; a list ignores it.',
  },
  {
    check: 'response_schema_conformance',
    operation: /^GET \/v1\/kubeconfig$/,
    response: /^apiVersion: "v1"\nkind: "Config"\n/,
    reason: 'schemathesis parses YAML; the schema describes the text, as clients return it.',
  },
];

/** Returns the findings with an error that no entry explains. */
export function unknownFindings(found: readonly Finding[]): readonly Finding[] {
  return found.filter((finding) => {
    const entries = knownFindings.filter((known) => isAbout(known, finding));
    return !errorsOf(finding.response).every((text) =>
      entries.some(({ response }) => response.test(text)),
    );
  });
}

/** Returns how many findings each entry explains, by its reason. */
export function findingCounts(found: readonly Finding[]): Readonly<Record<string, number>> {
  const explained = (known: KnownFinding) =>
    found.filter(
      (finding) =>
        isAbout(known, finding) &&
        errorsOf(finding.response).some((text) => known.response.test(text)),
    ).length;
  return Object.fromEntries(
    knownFindings.map((known) => [`${known.check}: ${known.reason}`, explained(known)]),
  );
}

function isAbout({ check, operation, message, request }: KnownFinding, finding: Finding): boolean {
  return (
    check === finding.check &&
    (operation?.test(finding.operation) ?? true) &&
    (message?.test(finding.message) ?? true) &&
    (request?.test(finding.request) ?? true)
  );
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly reason: string }[];
}

/** Returns the reasons of a problem, or its detail, or the text of another response. */
function errorsOf(response: string): readonly string[] {
  try {
    const { code, detail, errors = [] } = JSON.parse(response) as Problem;
    if (code === undefined || detail === undefined) return [response];
    return errors.length > 0 ? errors.map(({ reason }) => reason) : [detail];
  } catch {
    return [response];
  }
}
