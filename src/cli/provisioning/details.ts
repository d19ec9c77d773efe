/** What `fieldline provision --help` says besides its options; docs/provision-command.md says more. */
export const provisionDetails = `The file is the one that --config names, else data/config/config.properties, else config.properties:

  [thingsboard]
  url = https://iot.example.org
  username = admin@example.com
  password = …
  token =                         written here by the command, used as long as it is good
  provisioning_key =              instead of username and password: the server does everything in one call

  [profiles]                      not needed with a provisioning key
  country_profile_name = Country
  state_profile_name = State
  device_profile_name = IoT-Gateway

  [assets]
  country_name = India
  state_name = Delhi
  device_name = papaya-gateway-01
  serial_number = PM-2024-0001
  uuid =                          if the device has one

  [location]
  latitude = 28.6139              where it stands if it cannot be located
  longitude = 77.2090
  lookup = true                   ask ipapi.co where this machine is; false: take the coordinates above

The same as JSON: {"thingsboard": {"url": …}, "profiles": …, "assets": …, "location": …}.

Options:
  --config <path>      another configuration file
  --dry-run            looks at everything and changes nothing, neither on the server nor in the file
  --json               prints what was made and what was found as JSON
  --show-token         also prints the device’s access token
  --timeout <seconds>  for all of it; a server that is away or busy is asked again until then

A second run changes nothing and says so.

Exit codes: 0 done or nothing to do · 1 unforeseen · 2 wrong usage · 3 configuration file · 4 server away, TLS not trusted, not JSON ·
  5 token refresh failed or key refused · 6 lacking rights · 7 profile not found · 8 refused by the server, or not clear which device`;
