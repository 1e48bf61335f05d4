-- Every change of the live state: one script, one move a run, atomic.
--
-- ARGV[1] the move's name, ARGV[2] now (epoch seconds), ARGV[3] its arguments as JSON.
-- The script is this file, matching.lua and moves.lua, one after the other. `routing.moves` puts
-- a header in front of them: KEY (hotline/redis_keys.py) and the tables AGENT, LINE and SEAT
-- (routing/*_machine.py), so that each exists once.
--
-- Keys, and which hash each index follows; `index_call` and `index_agent` are all that write them:
--   CALL(id)           hash: call_id number name city channel owner entered_at place priority
--                      stage (what the caller hears) line (LINE's state) legs (offers so far)
--                      wants prefers hold_until, steps and groups (routing.asks.Wishes), since (what
--                      their times count from), step (which is in force), lines (where it waits)
--                      and while an agent is held: leg agent seat seat_city made_at dialled_at
--                      answered_at seat_channel
--   CALLS              set of the ids of all live calls
--   WAITING            zset id -> place: line = waiting
--   WAITING_LINE(line) the same, those who wait in one line, named as routing.asks says
--   LINES(place)       set of the names of a place's lines that are not empty
--   THRESHOLDS         zset id -> when the next step begins: waiting and not at the last step
--   LEASES             zset id -> end of the lease: line = offered
--   LEFT(number)       hash: place since at, of a caller who was cut off; expires by itself
--   AGENT(code)        hash: code name city skills seat state since idle_since call_id leg
--                      pause_reason failure (LegResult) wrap_up_until
--   AGENTS             set of the codes of all signed-in agents
--   READY              zset code -> idle_since: state = ready, seat not unregistered
--   READY_POOL(pool)   the same, one pool's agents, named as routing.asks says
--   WRAP_UPS           zset code -> wrap_up_until: state = wrap_up
--   SEAT(name)         hash: state (SEAT's), agent
--   CHANGES, WAKE(owner) publish/subscribe channels
--   (LEADER is routing.watch's own.)

local now = tonumber(ARGV[2])
local args = cjson.decode(ARGV[3])

-- Lua's own tostring keeps 14 digits only: too few for microseconds since the epoch.
local function instant(seconds) return string.format('%.6f', seconds) end

-- Nothing may be written before the last refusal: a script is not rolled back.
local function refuse(code, text) error({refused = code .. ' ' .. text}, 0) end

local function step(machine, who, state, event)
  local to = (machine.table[state] or {})[event]
  if not to then
    refuse('ILLEGAL', machine.name .. ' ' .. who .. ': ' .. event .. ' is not possible while ' .. state)
  end
  return to
end

local function publish(channel, message) redis.call('PUBLISH', channel, message) end
local function changed(kind, name) publish(KEY.CHANGES, cjson.encode({[kind] = name})) end

local function read(key)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return nil end
  local hash = {}
  for i = 1, #flat, 2 do hash[flat[i]] = flat[i + 1] end
  return hash
end

local function write(key, hash, fields)
  local flat = {}
  for name, value in pairs(fields) do
    hash[name] = value
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  if #flat > 0 then redis.call('HSET', key, unpack(flat)) end
end

local function index(key, member, score)
  if score then redis.call('ZADD', key, score, member) else redis.call('ZREM', key, member) end
end

-- ---------------------------------------------------------------- calls and agents, kept in order

-- Whether the agent they wait for alone may still come within the time set for it.
local function holds_out(call)
  if call.hold_until == '' then return false end
  if tonumber(call.hold_until) > now then
    local state = redis.call('HGET', KEY.AGENT(call.prefers), 'state')
    if state and state ~= 'paused' and state ~= 'not_answering' then return true end
  end
  call.hold_until = ''
  return false
end

-- The lines of the step in force and the time of the next; no clock that went back undoes a step.
local function step_now(call)
  local steps, since = cjson.decode(call.steps), tonumber(call.since)
  local at = tonumber(call.step)
  while steps[at + 1] and since + steps[at + 1][1] <= now do at = at + 1 end
  call.step = tostring(at)
  return steps[at][2], steps[at + 1] and since + steps[at + 1][1]
end

local function lines_now(call)
  if holds_out(call) then return '@' .. call.prefers, tonumber(call.hold_until) end
  return step_now(call)
end

local function place_of(line) return string.match(line, '^[^|]+') end

local function change_lines(call, lines)
  for line in string.gmatch(call.lines, '%S+') do
    redis.call('ZREM', KEY.WAITING_LINE(line), call.call_id)
    if redis.call('EXISTS', KEY.WAITING_LINE(line)) == 0 then
      redis.call('SREM', KEY.LINES(place_of(line)), line)
    end
  end
  for line in string.gmatch(lines, '%S+') do
    redis.call('ZADD', KEY.WAITING_LINE(line), call.place, call.call_id)
    redis.call('SADD', KEY.LINES(place_of(line)), line)
  end
  write(KEY.CALL(call.call_id), call,
    {lines = lines, step = call.step, hold_until = call.hold_until})
end

local function index_call(call)
  local waits = call.line == 'waiting'
  local lines, next_at = '', nil
  if waits then lines, next_at = lines_now(call) end
  if lines ~= call.lines then change_lines(call, lines) end
  index(KEY.WAITING, call.call_id, waits and call.place or nil)
  index(KEY.THRESHOLDS, call.call_id, next_at and instant(next_at) or nil)
  index(KEY.LEASES, call.call_id, call.line == 'offered' and call.lease_ends or nil)
end

local function move_call(call, event, fields)
  fields.line = step(LINE, call.call_id, call.line, event)
  write(KEY.CALL(call.call_id), call, fields)
  index_call(call)
  changed('call', call.call_id)
end

local function pool_key(pool) return pool == '*' and KEY.READY or KEY.READY_POOL(pool) end

local function pools_of(agent)
  local pools = {'*', agent.city, '@' .. agent.code}
  for skill in string.gmatch(agent.skills, '[^+]+') do
    pools[#pools + 1] = '*|' .. skill
    pools[#pools + 1] = agent.city .. '|' .. skill
  end
  return pools
end

local function index_agent(agent)
  local idle = nil
  if agent.state == 'ready' and redis.call('HGET', KEY.SEAT(agent.seat), 'state') ~= 'unregistered' then
    idle = agent.idle_since
  end
  if idle or redis.call('ZSCORE', KEY.READY, agent.code) then
    for _, pool in ipairs(pools_of(agent)) do index(pool_key(pool), agent.code, idle) end
  end
  index(KEY.WRAP_UPS, agent.code, agent.state == 'wrap_up' and agent.wrap_up_until or nil)
end

local function move_agent(agent, event, fields)
  local to = step(AGENT, agent.code, agent.state, event)
  if to ~= agent.state then
    fields.state, fields.since = to, instant(now)
    -- An offer taken back is no fault of the agent's: the idle time goes on.
    if to == 'ready' and event ~= 'take_back' then fields.idle_since = instant(now) end
  end
  write(KEY.AGENT(agent.code), agent, fields)
  index_agent(agent)
  changed('agent', agent.code)
end

local function agent_of(code)
  return read(KEY.AGENT(code)) or {code = code, state = AGENT.start}
end
