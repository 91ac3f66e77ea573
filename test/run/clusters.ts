/** What needs no cluster, no database server and no port. */
export const withoutServers = [
  'test/{unit,tidy,contract,run}/**/*.spec.ts',
  'packages/{client,kube-sandbox}/test/**/*.spec.ts',
];

/** The servers and programs that tests use, against themselves. */
export const ofHarness = [
  'test/{client-go,cluster,ferretdb,kubeseal,python-client,sandbox,services}/**/*.spec.ts',
  'test/conformance/stability.spec.ts',
];

/** Tools of others against the description of the API. */
export const apiTools = ['test/api-tools/**/*.spec.ts'];

/** What the gateway promises, whichever Kubernetes API it stands in front of. */
export const endToEnd = ['test/e2e/**/*.spec.ts', 'test/security/**/*.spec.ts'];

/** Those that mean nothing on the sandbox; `docs/sandbox-differences.md` has the reasons. */
export const realServerOnly = [
  'test/e2e/access/second-authorizer.spec.ts',
  'test/e2e/audit/ingest*.spec.ts',
  'test/e2e/auth/authentication-file.spec.ts',
  'test/e2e/kubectl/disconnects.spec.ts',
  'test/e2e/rotation/faults-admission.spec.ts',
  'test/e2e/schemas/admission-webhook.spec.ts',
  'test/e2e/sandbox/**/*.spec.ts',
  'test/security/{generated-writes,holders-of-rights}.spec.ts',
  'test/security/stolen-{restarts,token-reach}.spec.ts',
  'test/security/token-{secrets,variants}.spec.ts',
];

/**
 * Those about the gateway's own database, sockets, threads, tokens and documents. A whole run has
 * these on the sandbox, which starts sooner, and all others on the real API server. For these,
 * `test/conformance` compares both clusters request by request. `npm run test:long` runs all twice.
 */
export const sandboxIsEnough = [
  'test/e2e/audit/{anchor-attacks,announced-ids,anonymous-flood,counts,error-ids}.spec.ts',
  'test/e2e/audit/{events,kill,log,nested-events,queries,rollback}.spec.ts',
  'test/e2e/audit/{storage-faults,storage-faults-load}.spec.ts',
  'test/e2e/auth/{client-certificates,oidc}.spec.ts',
  'test/e2e/browser/**/*.spec.ts',
  'test/e2e/cli/{agent,audit-check,audit-follow,completion,connection,diff,edit}.spec.ts',
  'test/e2e/cli/{edit-interrupt,interrupts,keyring,login,login-processes}.spec.ts',
  'test/e2e/cli/{login-renewal,login-rotation,loopback-redirect,operations,run}.spec.ts',
  'test/e2e/cli/{run-watch,secrets,shell-completion,shell-history,start-script}.spec.ts',
  'test/e2e/client/**/*.spec.ts',
  'test/e2e/environments/**/*.spec.ts',
  'test/e2e/http/**/*.spec.ts',
  'test/e2e/kubectl/{kubeconfig,one-reading,reveals-by-patches,scopes,shares}.spec.ts',
  'test/e2e/kubectl/{syncs,watch-sockets}.spec.ts',
  'test/e2e/rotation/{certificate,faults,generate,no-failed-login,notifications}.spec.ts',
  'test/e2e/rotation/{parity,policies,runs,scoped-tokens,single-user-gap}.spec.ts',
  'test/e2e/rotation/{tutorial-mongodb,wait-places}.spec.ts',
  'test/e2e/schemas/{built-in,generated-keys,graphql-writes,mongodb}.spec.ts',
  'test/e2e/schemas/{patches-together,schema-labels}.spec.ts',
  'test/e2e/sealing/**/*.spec.ts',
  'test/e2e/secrets/{answer-budget,bad-input,cached-lists,documents,event-stream}.spec.ts',
  'test/e2e/secrets/{guesses,idempotency,large-bodies,members,odd-keys,oracles}.spec.ts',
  'test/e2e/secrets/{parity,socket-connections,subscription-ends}.spec.ts',
  'test/e2e/secrets/{subscription-streams,subscriptions,tutorial,values,waits}.spec.ts',
  'test/e2e/shares/{graphql,graphql-writes,import-streams,last-reads,metrics}.spec.ts',
  'test/e2e/shares/{offered,shared-copies,strong-reads}.spec.ts',
  'test/e2e/start/**/*.spec.ts',
  'test/e2e/storage/**/*.spec.ts',
  'test/e2e/sync/{graphql,notify-specs}.spec.ts',
  'test/e2e/tokens/{acting,foreign-row,forged,life,revoked-streams,scopes}.spec.ts',
  'test/e2e/versions/{backup-drill,history,minimums,namespaces,parity}.spec.ts',
  'test/e2e/versions/{restore,small-disk,values}.spec.ts',
  'test/security/{existence-oracle,header-discipline,hostile-claims,no-leak}.spec.ts',
  'test/security/{route-matrix,scope-matrix,token-leaks,token-scopes}.spec.ts',
];

/** Those that start a process for each test: `npm test` has no time for these. */
export const ofProcesses = [
  'test/e2e/audit/kill.spec.ts',
  'test/e2e/cli/edit-interrupt.spec.ts',
  'test/e2e/http/graceful-stop.spec.ts',
  'test/e2e/start/failed-starts.spec.ts',
];
