@echo off
rem Installs Deskmesh for this PC: program to Program Files, a task that starts with the PC, firewall rules.
rem Needs an administrator, and no network. Usage: install.cmd [FOLDER FOR DATA]
setlocal
net session >nul 2>&1
if errorlevel 1 (
  echo install.cmd: this changes the system. Right-click it and choose "Run as administrator". 1>&2
  exit /b 9
)
set "TARGET=%ProgramFiles%\Deskmesh"
set "DATA=%ProgramData%\Deskmesh"
if not "%~1"=="" set "DATA=%~1"
if exist "%TARGET%\deskmesh.cmd" call "%TARGET%\deskmesh.cmd" service uninstall
robocopy "%~dp0." "%TARGET%" /MIR /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 (
  echo install.cmd: the program could not be copied to %TARGET%. 1>&2
  exit /b 1
)
>"%TARGET%\data-dir" echo %DATA%
call "%TARGET%\deskmesh.cmd" service install --data-dir "%DATA%"
if errorlevel 1 exit /b 1
echo Installed. Open http://127.0.0.1:8470 on this PC, or: "%TARGET%\deskmesh.cmd" doctor
