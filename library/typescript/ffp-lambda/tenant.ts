/** Who calls and for which tenant, taken only from the claims that the authoriser verified, never from the request. */
import { RefusalError } from './errors';
import { TENANCY } from './tenancy';

/** A signed-in user of one tenant. Both ids are UUIDs in lower case. */
export interface Caller {
  readonly tenantId: string;
  /** Cognito's `sub`. */
  readonly userId: string;
  /** One of the roles that the application's `Tenancy` declares. */
  readonly role: string;
}

/** A machine that calls with client credentials, as `identity.machines` declares it. */
export interface Machine {
  readonly name: string;
  /** The id of its app client, of which it has two during a renewal. */
  readonly clientId: string;
  /** A UUID in lower case; undefined if it works for no tenant. */
  readonly tenantId: string | undefined;
}

/** Whether it is a UUID in its canonical form. Paths and row-level security compare ids as text. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** A property of an object that was parsed from JSON, and nothing that the object inherits. */
export function property(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * The caller whom the verified access token names; `endpoint` passes it to handlers.
 *
 * Throws RefusalError 401 without an access token, and 403 if the token names no tenant or no declared role.
 */
export function callerOf(event: unknown): Caller {
  const claims = claimsOf(event);
  const [userId, tenantId, role] = ['sub', TENANCY.tenant, TENANCY.role].map((name) => property(claims, name));
  // The authoriser checks signature, issuer and audience, but also accepts ID tokens.
  if (property(claims, 'token_use') !== 'access' || !isUuid(userId)) {
    throw new RefusalError(401, 'an access token is required');
  }
  if (!isUuid(tenantId)) {
    throw new RefusalError(403, 'the token names no tenant');
  }
  if (typeof role !== 'string' || !TENANCY.roles.includes(role)) {
    throw new RefusalError(403, 'the token names no role');
  }
  return { tenantId, userId, role };
}

/**
 * The machine that the verified access token names; `machineEndpoint` passes it to handlers.
 *
 * Throws RefusalError 401 without a machine's access token, which a user's is not, and 403 if it names no machine or a
 * tenant that is none.
 */
export function machineOf(event: unknown): Machine {
  const claims = claimsOf(event);
  const [clientId, name, tenantId] = ['client_id', 'machine', TENANCY.tenant].map((each) => property(claims, each));
  // Cognito puts the client's id in the place of a user's. A user's token has a name, too, or another `sub`.
  const isMachines =
    property(claims, 'token_use') === 'access' &&
    property(claims, 'sub') === clientId &&
    property(claims, 'username') === undefined;
  if (!isMachines || typeof clientId !== 'string' || !/^[A-Za-z0-9]{20,32}$/.test(clientId)) {
    throw new RefusalError(401, "a machine's access token is required");
  }
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new RefusalError(403, 'the token names no machine');
  }
  if (tenantId !== undefined && !isUuid(tenantId)) {
    throw new RefusalError(403, 'the token names no tenant');
  }
  return { name, clientId, tenantId };
}

/** The claims that the authoriser verified; undefined if it did not run. */
function claimsOf(event: unknown): unknown {
  return ['requestContext', 'authorizer', 'jwt', 'claims'].reduce(property, event);
}
