import { DeviceRegistry } from './device-registry.js';
import { firstTelemetryOf, Handshake, isSaid, type FirstTelemetry } from './handshake.js';
import { Hierarchy } from './hierarchy.js';
import { Locator, type Located } from './locator.js';
import { ProvisionFailed } from './provision-failed.js';
import { textIn, type UserApi } from './http/user-api.js';
import type { DeviceReport, HandshakeResult } from './report.js';
import type { Provisioned, Run } from './run.js';
import { SignIn } from './sign-in.js';

/** Who said where the device is, in the server’s words. */
const sources = { lookup: 'ip', file: 'manual', none: 'none' } as const;

/** Document 004’s six steps with a user’s account. Each looks before it makes, so that a run that was cut off is simply run again. */
export async function provisionStepByStep(run: Run): Promise<Provisioned> {
  const { file, config, isDryRun, notice } = run;
  const { api, token } = await new SignIn(run.api, file, notice).with(config.user, { saves: !isDryRun });
  const located = await new Locator(notice).locate(config);
  const { coordinates } = located;
  const hierarchy = new Hierarchy(api, isDryRun, notice);
  const profiles = await hierarchy.profiles(profilesOf(run));
  const names = namesOf(run, located);
  const country = await hierarchy.ensure({
    name: names.country,
    profileId: profiles.country,
    below: null,
    location: undefined,
  });
  const state = await hierarchy.ensure({
    name: names.state,
    profileId: profiles.state,
    below: country,
    location: coordinates,
  });
  const registry = new DeviceRegistry(api, isDryRun, notice);
  const location = coordinates === undefined ? undefined : { ...coordinates, source: sources[located.source] };
  const device = await registry.ensure({
    identity: config.device,
    profileId: profiles.device,
    placeId: state.id,
    location,
  });
  const hello = firstTelemetryOf(config.device.serial, coordinates);
  const handshake = await shaken(run, api, registry, { device, hello });
  return {
    way: 'user',
    username: api.user.username,
    token,
    location: coordinates === undefined ? null : { ...coordinates, source: located.source },
    country,
    state,
    device,
    first_telemetry: handshake.result,
    access_token: run.showsToken ? handshake.accessToken : null,
  };
}

/** The token is read only where it is needed: each reading is written down by the server. */
async function shaken(
  { api: server, isDryRun, showsToken, notice }: Run,
  api: UserApi,
  registry: DeviceRegistry,
  { device: { id }, hello }: { device: DeviceReport; hello: FirstTelemetry },
): Promise<{ result: HandshakeResult; accessToken: string | null }> {
  if (id === null) return { result: 'would_send', accessToken: null };
  const latest = async (): Promise<unknown> => (await registry.get(id))['latest'];
  const isKnown = isSaid(hello, await latest());
  if (isDryRun) return { result: isKnown ? 'known' : 'would_send', accessToken: null };
  if (isKnown && !showsToken) return { result: 'known', accessToken: null };
  const accessToken = textIn(await api.get(`/api/v1/devices/${id}/access-token`), 'token');
  if (isKnown) return { result: 'known', accessToken };
  const handshake = new Handshake(server);
  await handshake.send(accessToken, hello);
  if (!(await handshake.isSeen(hello, latest)))
    notice('the first telemetry is stored, and not yet seen on the device: is a worker running?');
  return { result: 'sent', accessToken };
}

function profilesOf({ config: { profiles } }: Run) {
  if (profiles === undefined) throw new Error('a configuration without provisioning key names its profiles');
  return profiles;
}

/** Document 004 writes countries in capitals; what is there already is found without case. */
function namesOf({ config, file }: Run, located: Located): { country: string; state: string } {
  const country = config.country?.value ?? located.country;
  const state = config.state?.value ?? located.state;
  if (country !== undefined && state !== undefined) return { country: country.toUpperCase(), state };
  const [what, key] = country === undefined ? ['country', 'country_name'] : ['state', 'state_name'];
  throw new ProvisionFailed(
    'configuration',
    `It is not known in which ${what} the device stands.`,
    `the file does not name it, and it was not looked up`,
    `add ${file.where('assets', key)}`,
  );
}
