export interface SandboxSettings {
  /** Folder of its own, for its database and keys. */
  readonly dataDir: string;
  /** Of 127.0.0.1; 0 for any that is free. */
  readonly port: number;
  /** URLs of modules that export `admissionPlugins` (`AdmissionModule`). */
  readonly admission?: readonly string[];
}

export interface SandboxRequestOptions {
  /** Of the body; `application/json` if absent. */
  readonly contentType?: string;
}

/** An API server that answers. */
export interface RunningSandbox {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly caCertificate: string;
  /** PEM of a client certificate of `kubernetes-admin` in the group `system:masters`. */
  readonly adminCertificate: string;
  readonly adminKey: string;
  /** Resolves when it is gone although nobody called `stop`. */
  readonly ended: Promise<Error>;
  /** A request as `system:masters`; resolves with whatever the answer is. */
  request(
    method: string,
    path: string,
    body?: unknown,
    options?: SandboxRequestOptions,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** What was acknowledged is on disk. */
  stop(): Promise<void>;
}
