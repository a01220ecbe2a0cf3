/** The same handlers as those of the tests in Python: they do little more than call the library. */
import { watcher, type ObjectEvent } from 'ffp-lambda/bucket';
import * as database from 'ffp-lambda/database';
import { once } from 'ffp-lambda/deliveries';
import { FailedCallError, RefusalError } from 'ffp-lambda/errors';
import { endpoint, machineEndpoint, response, type Handler } from 'ffp-lambda/http';
import { job } from 'ffp-lambda/job';
import * as log from 'ffp-lambda/log';
import { assetOf, assetPrefix, KINDS } from 'ffp-lambda/media';
import { consumer } from 'ffp-lambda/queue';
import { take } from 'ffp-lambda/quotas';
import { signingKey } from 'ffp-lambda/signing';
import { receiver, STANDARD } from 'ffp-lambda/webhook';

const { sql, tenantSession, tenants } = database;

function only(found: string | undefined): string {
  if (found === undefined) {
    throw new RangeError('nothing is there');
  }
  return found;
}

const letters: ObjectEvent[] = [];

export const HANDLERS: Readonly<Record<string, Handler<never, unknown>>> = {
  'echo-caller': endpoint('echo-caller')(({ caller }) =>
    response(200, { tenant_id: caller.tenantId, user_id: caller.userId, role: caller.role }),
  ),
  'echo-machine': machineEndpoint('echo-machine')(({ machine }) =>
    response(200, { name: machine.name, client_id: machine.clientId, tenant_id: machine.tenantId ?? null }),
  ),
  'bodies-of-machine': machineEndpoint('bodies-of-machine')(({ machine }) =>
    tenantSession(machine.tenantId ?? 'none', async (session) => {
      const found = await session.run<{ body: string }>(sql`select body from entries order by body`);
      return response(
        200,
        found.map((row) => row.body),
      );
    }),
  ),
  'fail-of-machine': machineEndpoint('fail-of-machine')(() => {
    throw new RangeError('Failing row contains (Jane Doe)');
  }),
  'echo-body': endpoint('echo-body')((request) => {
    const body = request.body();
    return response(200, {
      text: body.text('text', { maximum: 5 }),
      number: body.wholeNumber('number', { minimum: 1, maximum: 9 }),
      uuid: body.uuid('uuid') ?? null,
    });
  }),
  'echo-inner': endpoint('echo-inner')((request) => {
    const inner = request.body().object('inner').object('most');
    const number = inner.wholeNumber('number', { minimum: 1, maximum: 9 });
    return response(200, { path: request.path('place_id.of-list') ?? null, number });
  }),
  'page': endpoint('page')((request) => response(200, request.pageSize())),
  'organisers-only': endpoint('act', { roles: ['organiser'] })(() => response(200, {})),
  'slow': endpoint('slow', { roles: ['organiser'], atLeastSeconds: 0.4 })((request) =>
    response(200, request.pathUuid('id')),
  ),
  'fail': endpoint('fail')(() => {
    throw new RangeError('Failing row contains (Jane Doe)', { cause: new Error('Jane Doe') });
  }),
  'fail-with': endpoint('act')((request) => {
    throw new FailedCallError(request.body().text('says', { maximum: 1000 }));
  }),
  'job-that-fails-with': job('act')((event: { says: string }) => {
    throw new FailedCallError(event.says);
  }),
  'write-goal': consumer('write-goal')((message) => {
    const body = message.body();
    if (body.fields['fails']) {
      throw new RangeError('Anna Smith');
    }
    if (body.fields['refuses']) {
      throw new RefusalError(400, 'Anna Smith is unknown');
    }
    if (body.fields['names']) {
      log.write('named', { requestId: message.requestId, tenantId: message.tenantId });
    } else {
      body.text('title', { maximum: 10 });
    }
    log.write('handled', { requestId: message.requestId, messageId: message.id });
  }),
  'write-entry': endpoint('write-entry')(async (request) => {
    const body = request.body();
    const [text, list] = [body.text('body', { maximum: 4000 }), body.uuid('listId') ?? null];
    return tenantSession(request.caller.tenantId, async (session) => {
      if (list !== null && !(await session.run(sql`select 1 from lists where list_id = ${list}`)).length) {
        throw new RefusalError(404, 'there is no such list');
      }
      await take(session, 'entries', request.caller);
      await take(session, 'entry-bytes', request.caller, Buffer.byteLength(text));
      const [written] = await session.run(sql`
        insert into entries (user_id, list_id, body) values (${request.caller.userId}, ${list}, ${text})
        returning entry_id as "entryId"`);
      return response(201, written);
    });
  }),
  'read-entries': endpoint('read-entries')(async (request) => {
    const limit = request.pageSize();
    const found = await tenantSession(request.caller.tenantId, (session) =>
      session.run<{ body: string }>(sql`select body from entries order by created_at desc limit ${limit}`),
    );
    return response(200, { entries: found.map((row) => row.body) });
  }),
  'count-entries': job('count-entries')(async (_event, context) => {
    const counted: Record<string, number> = {};
    for (const tenant of await tenants()) {
      const [row] = await tenantSession(tenant, (session) =>
        session.run<{ n: number }>(sql`select count(*) as n from entries`),
      );
      counted[tenant] = row?.n ?? 0;
      log.write('count-entries', { requestId: context.awsRequestId, tenantId: tenant, sent: counted[tenant] });
    }
    return counted;
  }),
  'sign-address': endpoint('sign-address')(async (request) => {
    const body = request.body();
    const kind = KINDS.get(body.text('kind', { maximum: 100 }));
    if (!kind) {
      throw new RefusalError(404, 'there is no such kind');
    }
    const length = kind.plays ? body.wholeNumber('lengthSeconds', { minimum: 1, maximum: 10 ** 7 }) : undefined;
    const prefix = assetPrefix(request.caller.tenantId, request.pathUuid('assetId'));
    const folder = `${only(process.env['PUBLIC_ADDRESS'])}/${prefix}`;
    const expires = new Date(Date.now() + kind.lifetimeSeconds(length) * 1000);
    return response(200, { url: (await signingKey()).address(folder + kind.file, `${folder}*`, expires) });
  }),
  'asset-of': async ({ key }: { key: string }) => {
    const place = assetOf(key);
    return place ? [place.tenantId, place.assetId, place.file] : null;
  },
  'read-letter': watcher('read-letter')((event) => {
    if (event.key === 'fails') {
      throw new RangeError('Anna Smith');
    }
    if (event.key === 'refuses') {
      throw new RefusalError(400, 'Anna Smith is unknown');
    }
    letters.push(event);
    return event.isCreated ? 'read' : 'Anna Smith';
  }),
  'letters-read': async ({ than = '' }: { than?: string }) =>
    letters.splice(0).map((event) => ({
      is_created: event.isCreated,
      bucket: event.bucket,
      key: event.key,
      size: event.size ?? null,
      version: event.version ?? null,
      sequencer: event.sequencer,
      request_id: event.requestId,
      is_older: event.isOlderThan(than),
    })),
  'hear-partner': receiver('hear-partner', { signedWith: 'partner', form: STANDARD })(async (delivery) => {
    const body = delivery.body();
    const [tenantId, eventId] = [body.uuid('tenantId'), body.fields['eventId']];
    if (!tenantId) {
      throw new RefusalError(400, 'the event must name a tenant');
    }
    await tenantSession(tenantId, async (session) => {
      await once(session, delivery, tenantId, typeof eventId === 'string' ? eventId : undefined);
      await session.run(
        sql`insert into entries (user_id, body) values ('partner', ${body.text('body', { maximum: 100 })})`,
      );
    });
    return response(201, {});
  }),
  'hear-for-another': receiver('hear-partner', { signedWith: 'partner', form: STANDARD })(async (delivery) => {
    const body = delivery.body();
    await tenantSession(only(body.uuid('tenantId')), (session) =>
      once(session, delivery, only(body.uuid('recordedFor'))),
    );
    return response(201, {});
  }),
};
