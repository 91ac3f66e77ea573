/** Entry of the package: starts a sandbox in a thread. */
export { adminKubeconfig } from './admin-kubeconfig.js';
export type { RunningSandbox, SandboxRequestOptions, SandboxSettings } from './running-sandbox.js';
export { startSandbox } from './start-sandbox.js';
