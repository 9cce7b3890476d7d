-- Tables and metatables: sorting, moving, inheritance, weak keys, finalizers.
local t = {}
for i = 1, 5000 do t[i] = (i * 7919) % 5003 end
table.sort(t); local sorted = true
for i = 2, #t do sorted = sorted and t[i - 1] <= t[i] end
print(sorted, #t, t[1], t[#t])
table.sort(t, function(a, b) return a > b end) print(t[1], t[#t])
print(pcall(table.sort, { 3, 1, "x" }))
print(table.concat({ 1, 2, 3 }, ", "), table.unpack({ 1, 2, 3 }, 2), select("#", table.unpack({ n = 3 }, 1, 3)), select(-1, 1, 2, 3))
local u = { 1, 2, 3 } table.insert(u, 1, 0) table.insert(u, 4) print(table.remove(u), table.remove(u, 1), table.concat(table.move(u, 1, 3, 2), " "))
print(#table.pack(), table.pack(nil, nil).n, next({}), rawlen({ 1, 2 }), rawequal(t, t))
local V = {} V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__call = function(self, y) return self.x * y end
V.__tostring = function(self) return "V(" .. self.x .. ")" end
V.__len = function(self) return self.x end
V.__concat = function(a, b) return tostring(a) .. "&" .. tostring(b) end
V.__unm = function(a) return setmetatable({ x = -a.x }, V) end
V.__close = function(self) print("closed", self) end
local a, b = setmetatable({ x = 3 }, V), setmetatable({ x = 4 }, V)
print(tostring(a + b), a == b, a < b, a <= b, a(5), #b, a .. b, tostring(-a))
do local c <close> = a; local d <const> = 5; print("in block", d) end
local log = setmetatable({}, { __newindex = function(self, k, v) rawset(self, k, v * 2) end, __index = function(_, k) return k .. "?" end })
log.a = 21 print(log.a, log.b)
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 100 do weak[{}] = i end
collectgarbage() collectgarbage() print(next(weak))
local ended = 0
for i = 1, 50 do setmetatable({}, { __gc = function() ended = ended + 1 end }) end
collectgarbage() collectgarbage() print(ended, collectgarbage("count") > 10)
print(collectgarbage("generational"), collectgarbage("incremental"))
local proxy = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, "one" end end end })
for k, v in pairs(proxy) do print(k, v) end
local keys = {} for k in pairs { a = 1, b = 2, 10, 20, [2.0] = 3 } do keys[#keys + 1] = tostring(k) end
table.sort(keys) print(table.concat(keys, " "))
