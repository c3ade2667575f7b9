@echo off
rem Takes Deskmesh off this PC. What the desk has recorded stays.
setlocal
net session >nul 2>&1
if errorlevel 1 (
  echo uninstall.cmd: this changes the system. Right-click it and choose "Run as administrator". 1>&2
  exit /b 9
)
set "TARGET=%ProgramFiles%\Deskmesh"
if not exist "%TARGET%\deskmesh.cmd" (
  echo uninstall.cmd: Deskmesh is not installed here. 1>&2
  exit /b 3
)
call "%TARGET%\deskmesh.cmd" service uninstall
if errorlevel 1 exit /b 1
set /p DATA=<"%TARGET%\data-dir"
echo Removed. %DATA% stays: what this desk has recorded may be nowhere else.
rem The script lies in what goes: the last line goes on in memory.
start "" /b cmd /d /c ping -n 2 127.0.0.1 ^>nul ^& rmdir /s /q "%TARGET%"
