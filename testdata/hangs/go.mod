module example.com/hangs

go 1.22

require golang.org/x/sync v0.10.0
