-- Every change of the live state: one script, one move a run, atomic.
--
-- ARGV[1] the move's name, ARGV[2] now (epoch seconds), ARGV[3] its arguments as JSON.
-- `routing.moves` puts a header in front of this file: KEY (hotline/redis_keys.py) and the
-- tables AGENT, LINE and SEAT (routing/*_machine.py), so that each exists once.
--
-- Keys, and which hash each index follows; `index_call` and `index_agent` are all that write them:
--   CALL(id)           hash: call_id number name city channel owner entered_at place widens_at
--                      stage (what the caller hears) line (LINE's state) legs (offers so far)
--                      and while an agent is held: leg agent seat seat_city made_at dialled_at
--                      answered_at seat_channel
--   CALLS              set of the ids of all live calls
--   WAITING            zset id -> place: line = waiting
--   WAITING_CITY(city) the same, one city's callers
--   WIDENED            the same, those whom the whole province may take
--   THRESHOLDS         zset id -> widens_at: waiting and not widened yet
--   LEASES             zset id -> end of the lease: line = offered
--   AGENT(code)        hash: code name city seat state since idle_since call_id leg pause_reason
--                      failure (LegResult) wrap_up_until
--   AGENTS             set of the codes of all signed-in agents
--   READY              zset code -> idle_since: state = ready, seat not unregistered
--   READY_CITY(city)   the same, one city's agents
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

local function index_call(call)
  local place = call.line == 'waiting' and call.place or nil
  local widened = place and tonumber(call.widens_at) <= now
  index(KEY.WAITING, call.call_id, place)
  if call.city ~= '' then index(KEY.WAITING_CITY(call.city), call.call_id, place) end
  index(KEY.WIDENED, call.call_id, widened and place or nil)
  index(KEY.THRESHOLDS, call.call_id, place and not widened and call.widens_at or nil)
  index(KEY.LEASES, call.call_id, call.line == 'offered' and call.lease_ends or nil)
end

local function move_call(call, event, fields)
  fields.line = step(LINE, call.call_id, call.line, event)
  write(KEY.CALL(call.call_id), call, fields)
  index_call(call)
  changed('call', call.call_id)
end

local function index_agent(agent)
  local idle = nil
  if agent.state == 'ready' and redis.call('HGET', KEY.SEAT(agent.seat), 'state') ~= 'unregistered' then
    idle = agent.idle_since
  end
  index(KEY.READY, agent.code, idle)
  index(KEY.READY_CITY(agent.city), agent.code, idle)
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

-- --------------------------------------------------------------------------------------- matching

-- Whom a call may be offered to, nearest first. Skills and more circles go here and below.
local function pools_for(call)
  local pools = {}
  if call.city ~= '' then pools[1] = KEY.READY_CITY(call.city) end
  if redis.call('ZSCORE', KEY.WIDENED, call.call_id) then pools[#pools + 1] = KEY.READY end
  return pools
end

-- Whom an agent may take: the oldest of these lines' heads.
local function lines_for(agent)
  return {KEY.WAITING_CITY(agent.city), KEY.WIDENED}
end

local function offer(call, agent)
  local legs = tonumber(call.legs) + 1
  local leg = call.call_id .. '/' .. legs
  move_agent(agent, 'offer', {call_id = call.call_id, leg = leg})
  move_call(call, 'offer', {
    legs = tostring(legs), leg = leg, agent = agent.code, seat = agent.seat, seat_city = agent.city,
    made_at = instant(now), lease_ends = instant(now + args.limits.lease),
    dialled_at = '', answered_at = '', seat_channel = '',
  })
  publish(KEY.WAKE(call.owner), call.call_id)
end

local function match_call(call)
  for _, pool in ipairs(pools_for(call)) do
    local code = redis.call('ZRANGE', pool, 0, 0)[1]
    if code then return offer(call, agent_of(code)) end
  end
end

local function older(id, place, than)
  if not than then return true end
  return place < than.place or (place == than.place and id < than.id)
end

local function match_agent(agent, besides)
  if not redis.call('ZSCORE', KEY.READY, agent.code) then return end
  local first = nil
  for _, line in ipairs(lines_for(agent)) do
    local heads = redis.call('ZRANGE', line, 0, 1, 'WITHSCORES')
    for i = 1, #heads, 2 do
      local id, place = heads[i], tonumber(heads[i + 1])
      if id ~= besides and older(id, place, first) then first = {id = id, place = place} end
    end
  end
  if first then offer(read(KEY.CALL(first.id)), agent) end
end

-- --------------------------------------------------------------------- parts that moves are made of

local HOLDING = {offered = true, ringing = true, talking = true}

local function offer_of(call)
  if not call or not HOLDING[call.line] then return false end
  return {call.leg, call.call_id, call.agent, call.seat, call.seat_city, call.made_at}
end

local function offer_now(call_id) return offer_of(read(KEY.CALL(call_id))) end

-- The call that holds the offer named, or nil: the offer is over and word of it came late.
local function holder()
  local call = read(KEY.CALL(args.call_id))
  if call and HOLDING[call.line] and call.leg == args.leg then return call end
end

local function go_back(call)
  local stage = (call.stage == 'arrived' or call.stage == 'greeting') and call.stage or 'waiting'
  move_call(call, 'go_back', {stage = stage, leg = '', agent = '', seat = '', seat_city = ''})
end

-- The agent goes to the next call first: one whose script is dead must not hold an agent for ever.
local function take_back(call)
  local agent = agent_of(call.agent)
  go_back(call)
  move_agent(agent, 'take_back', {call_id = '', leg = ''})
  match_agent(agent, call.call_id)
  match_call(call)
end

local function end_wrap_up(agent)
  move_agent(agent, 'end_wrap_up', {call_id = '', leg = ''})
  match_agent(agent)
end

local function wrap_up(agent)
  move_agent(agent, 'finish', {wrap_up_until = instant(now + args.limits.wrap_up)})
  if args.limits.wrap_up <= 0 then end_wrap_up(agent) end
end

local function due(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', instant(now), 'LIMIT', 0, 200)
end

-- ------------------------------------------------------------------------------------------- moves

local MOVE = {}

function MOVE.enter()
  local call = read(KEY.CALL(args.call_id))
  if call then
    write(KEY.CALL(call.call_id), call, {owner = args.owner, channel = args.channel})
    return offer_of(call)
  end
  local entered = tonumber(args.entered_at)
  call = {call_id = args.call_id, line = LINE.start}
  redis.call('SADD', KEY.CALLS, args.call_id)
  move_call(call, 'enter', {
    call_id = args.call_id, number = args.number, name = args.name, city = args.city,
    channel = args.channel, owner = args.owner, legs = tostring(args.legs), stage = 'arrived',
    entered_at = instant(entered), place = instant(entered),
    widens_at = instant(args.city == '' and entered or entered + args.limits.own_city),
  })
  match_call(call)
  return offer_now(args.call_id)
end

function MOVE.dialled()
  local call = holder()
  if not call or call.line == 'talking' then return 0 end
  if call.line == 'offered' then move_call(call, 'dial', {dialled_at = instant(now)}) end
  return 1
end

function MOVE.answered()
  local call = holder()
  if not call then return 0 end
  if call.line ~= 'talking' then
    move_call(call, 'answer', {answered_at = instant(now), seat_channel = args.seat_channel})
    move_agent(agent_of(call.agent), 'answer', {})
  end
  return 1
end

function MOVE.seat_failed()
  local call = holder()
  if call then
    local agent = agent_of(call.agent)
    go_back(call)
    move_agent(agent, 'fail', {failure = args.result, call_id = '', leg = ''})
    match_call(call)
  end
  return offer_now(args.call_id)
end

function MOVE.withdraw()
  local call = holder()
  if call then take_back(call) end
  return offer_now(args.call_id)
end

function MOVE.finish_talk()
  local call = read(KEY.CALL(args.call_id))
  if not call or call.line == 'served' then return 0 end
  move_call(call, 'finish', {})
  wrap_up(agent_of(call.agent))
  return 1
end

function MOVE.leave()
  local call = read(KEY.CALL(args.call_id))
  if not call then return 0 end
  local before = call.line
  call.line = LINE.start
  index_call(call)
  redis.call('DEL', KEY.CALL(call.call_id))
  redis.call('SREM', KEY.CALLS, call.call_id)
  changed('call', call.call_id)
  if before == 'talking' then
    wrap_up(agent_of(call.agent))
  elseif HOLDING[before] then
    local agent = agent_of(call.agent)
    move_agent(agent, 'take_back', {call_id = '', leg = ''})
    match_agent(agent)
  end
  return 1
end

function MOVE.set_stage()
  local call = read(KEY.CALL(args.call_id))
  if not call then return 0 end
  if call.stage ~= args.stage then
    write(KEY.CALL(call.call_id), call, {stage = args.stage})
    changed('call', call.call_id)
  end
  return 1
end

function MOVE.sign_in()
  local agent = agent_of(args.code)
  local other = redis.call('HGET', KEY.SEAT(args.seat), 'agent')
  if other and other ~= args.code then refuse('SEAT_TAKEN', args.seat .. ': agent ' .. other) end
  if agent.seat == args.seat then return 0 end
  agent.city = agent.city or args.city
  local left = agent.seat
  agent.seat = args.seat
  move_agent(agent, 'sign_in', {call_id = '', leg = '', pause_reason = ''})
  write(KEY.AGENT(args.code), agent,
    {code = args.code, name = args.name, city = args.city, seat = args.seat})
  redis.call('SADD', KEY.AGENTS, args.code)
  redis.call('HSET', KEY.SEAT(args.seat), 'agent', args.code)
  if left then redis.call('HDEL', KEY.SEAT(left), 'agent') end
  return 1
end

function MOVE.sign_out()
  local agent = agent_of(args.code)
  if agent.state == AGENT.start then return 0 end
  move_agent(agent, 'sign_out', {})
  redis.call('DEL', KEY.AGENT(args.code))
  redis.call('SREM', KEY.AGENTS, args.code)
  redis.call('HDEL', KEY.SEAT(agent.seat), 'agent')
  return 1
end

function MOVE.ready()
  local agent = agent_of(args.code)
  move_agent(agent, 'ready', {call_id = '', leg = '', pause_reason = '', failure = ''})
  match_agent(agent)
  return 1
end

function MOVE.pause()
  local agent = agent_of(args.code)
  move_agent(agent, 'pause', {call_id = '', leg = '', pause_reason = args.reason, failure = ''})
  return 1
end

function MOVE.end_wrap_up()
  end_wrap_up(agent_of(args.code))
  return 1
end

function MOVE.seat_registered()
  local seat = read(KEY.SEAT(args.seat)) or {}
  local before = seat.state or SEAT.start
  local to = step(SEAT, args.seat, before, args.registered and 'register' or 'lose')
  if to == before then return 0 end
  write(KEY.SEAT(args.seat), seat, {state = to})
  changed('seat', args.seat)
  if seat.agent then
    local agent = agent_of(seat.agent)
    index_agent(agent)
    match_agent(agent)
  end
  return 1
end

function MOVE.tick()
  for _, id in ipairs(due(KEY.LEASES)) do take_back(read(KEY.CALL(id))) end
  for _, code in ipairs(due(KEY.WRAP_UPS)) do end_wrap_up(agent_of(code)) end
  for _, id in ipairs(due(KEY.THRESHOLDS)) do
    local call = read(KEY.CALL(id))
    index_call(call)
    changed('call', id)
    match_call(call)
  end
  return 1
end

-- A call of ours to somebody outside, for this very agent: nobody waits in the line for it. There
-- is no lease: its channel owns it, and `routing.watch` ends it when there is none.
function MOVE.reserve()
  if read(KEY.CALL(args.call_id)) then return offer_now(args.call_id) end
  local agent = agent_of(args.code)
  local leg = args.call_id .. '/1'
  move_agent(agent, 'offer', {call_id = args.call_id, leg = leg})
  local call = {call_id = args.call_id, line = LINE.start, lines = '', hold_until = ''}
  redis.call('SADD', KEY.CALLS, args.call_id)
  move_call(call, 'reserve', {
    call_id = args.call_id, number = args.number, name = args.name, city = args.city,
    channel = args.channel, owner = args.owner, stage = 'offered', legs = '1', leg = leg,
    entered_at = instant(now), place = instant(now), widens_at = instant(now),
    agent = agent.code, seat = agent.seat, seat_city = agent.city, made_at = instant(now),
    dialled_at = instant(now), answered_at = '', seat_channel = '',
    -- What matching keeps of one who waits: nothing here.
    since = instant(now), lines = '', step = '1', steps = '[]', groups = '', wants = '',
    priority = '', prefers = '', hold_until = '',
  })
  return offer_now(args.call_id)
end

-- The seat did not take a call of ours: the agent is set aside (RONA) and the call is no more.
function MOVE.seat_unanswered()
  local call = holder()
  if not call or call.line == 'talking' then return 0 end
  local agent = agent_of(call.agent)
  move_agent(agent, 'fail', {failure = args.result, call_id = '', leg = ''})
  call.line = LINE.start
  index_call(call)
  redis.call('DEL', KEY.CALL(call.call_id))
  redis.call('SREM', KEY.CALLS, call.call_id)
  changed('call', call.call_id)
  return 1
end

local done, result = pcall(MOVE[ARGV[1]])
if done then return result end
if type(result) == 'table' and result.refused then return redis.error_reply(result.refused) end
error(result, 0)
