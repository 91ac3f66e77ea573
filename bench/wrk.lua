-- Sends one request again and again; `wrk.ts` starts it. Arguments: a file with the request as it
-- is sent, over how many names it goes round, and the number of the first one. In the request
-- `{name}` stands for the number of the name, `{serial}` for that of the request; both have fixed
-- widths, so that a body has one length.
local pieces, names, sent = {}, 1, 0

function init(arguments)
  local file = assert(io.open(arguments[1], 'rb'))
  local text = file:read('*a')
  file:close()
  names, sent = tonumber(arguments[2]), tonumber(arguments[3])
  pieces = split(text)
end

function split(text)
  local parts, from = {}, 1
  while true do
    local first, last, mark = text:find('{(%l+)}', from)
    if first == nil then break end
    parts[#parts + 1] = text:sub(from, first - 1)
    parts[#parts + 1] = mark
    from = last + 1
  end
  parts[#parts + 1] = text:sub(from)
  return parts
end

function request()
  local name, serial = string.format('%05d', sent % names), string.format('%09d', sent)
  sent = sent + 1
  local whole = pieces[1]
  for index = 2, #pieces, 2 do
    whole = whole .. (pieces[index] == 'name' and name or serial) .. pieces[index + 1]
  end
  return whole
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"tookUs":%d,"bytes":%d,"p50Us":%d,"p99Us":%d,"worstUs":%d,' ..
      '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
