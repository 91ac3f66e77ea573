export interface KubeTlsMaterial {
  readonly ca: string | Buffer | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** Material of a connection now: files may have changed since the last read. */
export interface KubeAccessMaterial {
  readonly tls: KubeTlsMaterial;
  /** Gateway's own bearer token; absent if it uses a client certificate. */
  readonly token: string | undefined;
}
