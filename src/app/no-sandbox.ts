/** A part of the gateway is not installed, which no retry changes. */
export class NoSandboxError extends Error {
  override readonly name = 'NoSandboxError';

  constructor() {
    super(
      'this installation has no sandbox: set SALLYPORT_KUBERNETES to in-cluster, or to kubeconfig ' +
        'together with KUBECONFIG',
    );
  }
}

/** Returns what a module that was not found means for the sandbox; other errors as they are. */
export function withoutSandbox(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' ? new NoSandboxError() : error;
}
