-- Sends the requests of a file, one at random each time, and prints what wrk has measured as a line of JSON.
-- Each line of the file: method, path, key, and the file of the body; a dash for none.
local requests = {}

local function read(file)
  local handle = assert(io.open(file, "rb"))
  local content = handle:read("*a")
  handle:close()
  return content
end

local function format(method, path, key, body)
  local headers = {}
  if key ~= "-" then headers["Authorization"] = "Bearer " .. key end
  if body == "-" then return wrk.format(method, path, headers) end
  headers["Content-Type"] = "application/json"
  return wrk.format(method, path, headers, read(body))
end

function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = format(line:match("^(%S+) (%S+) (%S+) (%S+)$"))
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d,"p999":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
